//! What a stranger must know to read the page.

/// A section of its own.
pub const HOW_TO_READ: &str = "\
<section id=\"how\">
<h2>How to read this</h2>
<dl class=\"terms\">
<div><dt>Limit</dt><dd>A second server with the same routes that does nothing: it reads the same request and answers
as many bytes, without rules, disk or sign-in. Nothing that speaks the same protocol on this machine could be much
faster.</dd></div>
<div><dt>Ratio</dt><dd>One measured number divided by another of the same run, mostly the product by its limit. A rate says
as much about the machine as about the program; a ratio says more about the program. For rates 1 is the best there can be, and
for times and costs lower is better. Each ratio says what is divided by what.</dd></div>
<div><dt>Rounds</dt><dd>The sides take turns, so that a machine that slows down does so for all. The whisker on a bar reaches
from the lowest to the highest round: a difference that is smaller than that is noise.</dd></div>
<div><dt>Closed loop</dt><dd>So many clients, and each sends its next request when it has the answer to the last. This
finds what a server can carry. Its times are those at saturation, and most of them is waiting for one’s
turn.</dd></div>
<div><dt>Open loop</dt><dd>Requests are due at moments that were fixed beforehand, as those of people who know nothing of
each other, whether or not earlier ones are answered.</dd></div>
<div><dt>Coordinated omission</dt><dd>The mistake of a client that waits while the server stalls, and so never asks what would
have been slow: the stall is then counted once instead of for everybody who came meanwhile. The open loop is free of it,
because every time counts from the moment a request was <em>due</em>, not from when it was sent. The closed loop is not; read
its times as those of a queue.</dd></div>
<div><dt>Percentiles</dt><dd>p99 is the time that 99 of 100 requests did not exceed. Lists say how many times stand
behind it; a curve ends where less than one of them is left.</dd></div>
<div><dt>Others</dt><dd>The part of the machine’s processor time that neither the server nor its database nor this tool used:
somebody else was at work. Above a few per cent, numbers are worth little.</dd></div>
<div><dt>CPU a request</dt><dd>Processor time, not waiting. Client and server share the cores, as they would not in
production; so the server’s own share stands beside each rate.</dd></div>
<div><dt>Promises</dt><dd>After each measurement the tool asks the server what it knows, and compares it with what clients
were told: no seat was sold twice, and what was acknowledged is stored. When one promise is broken, the result is void
whatever the numbers are.</dd></div>
</dl>
</section>
";
