import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { bookingsQuery } from '../../api/queries/desks';
import { paths } from '../../lib/paths';
import { BookingsTable } from '../../trip/BookingsTable';
import { AGENTS } from '../../trip/customer';
import { LinkButton } from '../../ui/Button';
import { Desk, Loaded, Tools } from '../../ui/Desk';
import { Pages } from '../../ui/Pages';
import { soonestFirst } from './lapsing';

/** What an agent made: first what is about to lapse, then everything. */
export default function AgentPage() {
  return (
    <Desk title="Agent desk" lead="Bookings that you made, and those about to lapse." roles={AGENTS}>
      <Tools>
        <LinkButton kind="primary" to={paths.agent.customers()}>
          Book for a customer
        </LinkButton>
      </Tools>
      <Held />
      <Made />
    </Desk>
  );
}

const LOOK_AGAIN_MS = 30_000;

/** Whoever opened a payment and left it has not paid: such a booking lapses like one that is only held. */
function Held() {
  const held = useQuery({ ...bookingsQuery({ status: 'HELD', page: 1 }), refetchInterval: LOOK_AGAIN_MS });
  const paying = useQuery({ ...bookingsQuery({ status: 'PAYING', page: 1 }), refetchInterval: LOOK_AGAIN_MS });
  return (
    <Loaded query={held}>
      {({ data: one }) => (
        <Loaded query={paying}>
          {({ data: other }) => <BookingsTable caption="About to lapse" bookings={soonestFirst(one, other)} empty="Nothing is held." isPayable />}
        </Loaded>
      )}
    </Loaded>
  );
}

function Made() {
  const [page, setPage] = useState(1);
  const made = useQuery(bookingsQuery({ page }));
  return (
    <Loaded query={made}>
      {(shown) => (
        <>
          <BookingsTable caption="All bookings" bookings={shown.data} empty="You made no booking yet." />
          <Pages page={shown.page} onGo={setPage} />
        </>
      )}
    </Loaded>
  );
}
