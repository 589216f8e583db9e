import { useQuery } from '@tanstack/react-query';

import { liveOpsQuery } from '../../api/queries/desks';
import { paths } from '../../lib/paths';
import { Desk, Figures, Loaded } from '../../ui/Desk';
import { Link } from '../../ui/Link';
import { Table } from '../../ui/Table';

export default function LivePage() {
  const ops = useQuery(liveOpsQuery);
  return (
    <Desk title="Live operations" lead="This node, every two seconds." roles={['ADMIN']}>
      <Loaded query={ops}>
        {(now) => (
          <>
            <Figures
              label="Now"
              figures={[
                { name: 'Live sockets', value: now.connections.sockets },
                { name: 'Signed in', value: now.connections.signedIn },
                { name: 'HTTP connections', value: now.connections.http },
                { name: 'Requests under way', value: now.requestsUnderWay },
                { name: 'Holds in the last second', value: now.holds.lastSecond },
                { name: 'Holds in the last minute', value: now.holds.lastMinute },
              ]}
            />
            <Table
              caption="Hot flights"
              rows={now.hotFlights}
              keyOf={(flight) => flight.flightId}
              empty="No flight is hot just now."
              columns={[
                { id: 'flight', head: 'Flight', cell: (flight) => <Link to={paths.flight(flight.flightId)}>{flight.flightId}</Link> },
                { id: 'viewers', head: 'Viewers', cell: (flight) => flight.viewers, sortBy: (flight) => flight.viewers, isNumber: true },
                { id: 'holds', head: 'Holds', cell: (flight) => flight.holds, sortBy: (flight) => flight.holds, isNumber: true },
              ]}
            />
          </>
        )}
      </Loaded>
    </Desk>
  );
}
