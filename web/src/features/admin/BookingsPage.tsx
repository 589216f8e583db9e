import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { bookingsQuery } from '../../api/queries/desks';
import { BookingsTable } from '../../trip/BookingsTable';
import { bookingStatus } from '../../trip/status';
import { Desk, Loaded, Tools } from '../../ui/Desk';
import { Select, TextField } from '../../ui/Field';
import { Pages } from '../../ui/Pages';

const STATUSES = ['', 'HELD', 'PAYING', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'REFUSED', 'FAILED'].map((value) => ({
  value,
  label: value === '' ? 'All' : bookingStatus(value).label,
}));

export default function BookingsPage() {
  const [status, setStatus] = useState('');
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(1);
  const bookings = useQuery(bookingsQuery({ status, search, page }));
  const first = (change: () => void) => {
    change();
    setPage(1);
  };
  return (
    <Desk title="All bookings" roles={['ADMIN', 'BUSINESS_OWNER']}>
      <Tools>
        <Select label="Status" value={status} onChange={(value) => first(() => setStatus(value))} options={STATUSES} />
        <TextField label="Surname or reference" value={search} onChange={(value) => first(() => setSearch(value))} />
      </Tools>
      <Loaded query={bookings}>
        {(shown) => (
          <>
            <BookingsTable caption="Bookings" bookings={shown.data} empty="No booking is like that." />
            <Pages page={shown.page} onGo={setPage} />
          </>
        )}
      </Loaded>
    </Desk>
  );
}
