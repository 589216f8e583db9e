//! What one would write instead of Aisle.
