//! What we rely on in the actor library, and the traps that we walk around.
