//! A socket, and how bytes that many viewers share go out on it.
//!
//! Reading, pings and the closing handshake are tungstenite's. Frames of ours are written past it, straight
//! from the shared bytes: it would copy each into a buffer of the socket's own, which never shrinks again, and
//! after one seat map every idle viewer would keep a seat map's worth of memory.
//!
//! Nearly every frame is small and its client has room for it: such a frame is put together in a buffer of the
//! thread's and goes out in one piece, without a timer. What does not fit is written part by part, against the
//! clock.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::Error;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};

use super::WORD_BYTES_MAX;
use super::ending::Ending;

/// Words of clients are short; this buffer is most of what an idle socket costs.
const READ_BUFFER_BYTES: usize = 2_048;

/// How long a client may take to hear that we hang up.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// Bytes of the largest frame that is cheaper to copy than to write in parts: some thirty changes.
const SMALL_BYTES_MAX: usize = 4 * 1_024;

/// A final text frame (RFC 6455, section 5.2).
const TEXT: u8 = 0x81;

/// What came from the client.
#[derive(Debug)]
pub enum Heard {
    /// A word.
    Text(Utf8Bytes),
    /// Bytes that are no text.
    Binary,
    /// A ping or a pong: it lives.
    Sign,
    /// Nothing more will come.
    Over(Ending),
}

/// An open socket.
#[derive(Debug)]
pub struct Line<S> {
    socket: WebSocketStream<S>,
    /// How long sending one frame may take.
    within: Duration,
    /// Whether a pong may have to go out before the next frame: only what was heard calls for one.
    owes: bool,
}

/// A text on its way: header, head, body.
type Parts<'a> = [&'a [u8]; 3];

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    /// A socket over a connection whose handshake is done.
    pub async fn over(connection: S, within: Duration) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(WORD_BYTES_MAX))
            .max_frame_size(Some(WORD_BYTES_MAX));
        let socket = WebSocketStream::from_raw_socket(connection, Role::Server, Some(config)).await;
        Self { socket, within, owes: false }
    }

    /// Waits for the client. Nothing is lost when nobody waits any more.
    pub async fn hear(&mut self) -> Heard {
        let heard = self.socket.next().await;
        self.owes = true;
        match heard {
            Some(Ok(Message::Text(text))) => Heard::Text(text),
            Some(Ok(Message::Binary(_))) => Heard::Binary,
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Heard::Sign,
            Some(Ok(Message::Close(_))) | None => Heard::Over(Ending::Gone),
            Some(Err(error)) => Heard::Over(ending_of(&error)),
        }
    }

    /// Sends a text: `head`, then `body`, which is not copied.
    ///
    /// # Errors
    /// When the client has gone or is too slow.
    pub async fn send(&mut self, head: &[u8], body: &[u8]) -> Result<(), Ending> {
        let header = Header::of(head.len() + body.len());
        let parts = [header.bytes(), head, body];
        match poll_fn(|cx| Poll::Ready(self.send_now(cx, parts))).await {
            Ok(None) => Ok(()),
            // Rare, and large: an idle session does not pay for it.
            Ok(Some(sent)) => in_time(self.within, Box::pin(write(&mut self.socket, parts, sent))).await,
            Err(_) => Err(Ending::Gone),
        }
    }

    /// Sends a small text if the client has room for it. If it is not all out, says how many bytes are.
    fn send_now(&mut self, cx: &mut Context<'_>, parts: Parts<'_>) -> Result<Option<usize>, Error> {
        thread_local! {
            static WHOLE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
        }
        let length = parts.iter().map(|part| part.len()).sum::<usize>();
        if length > SMALL_BYTES_MAX {
            return Ok(Some(0));
        }
        if self.owes {
            let Poll::Ready(flushed) = self.socket.poll_flush_unpin(cx) else { return Ok(Some(0)) };
            flushed?;
            self.owes = false;
        }
        let mut connection = Pin::new(self.socket.get_mut());
        let written = WHOLE.with_borrow_mut(|whole| {
            whole.clear();
            parts.iter().for_each(|part| whole.extend_from_slice(part));
            connection.as_mut().poll_write(cx, whole)
        });
        let Poll::Ready(written) = written else { return Ok(Some(0)) };
        let written = written?;
        if written == length && connection.poll_flush(cx)?.is_ready() {
            return Ok(None);
        }
        Ok(Some(written))
    }

    /// Asks for a sign of life.
    ///
    /// # Errors
    /// When the client has gone or is too slow.
    pub async fn ping(&mut self) -> Result<(), Ending> {
        let within = self.within;
        in_time(within, self.socket.send(Message::Ping(Bytes::new()))).await
    }

    /// Hangs up, with a word if there is somebody to hear it.
    pub async fn close(&mut self, why: Ending) {
        let Some((code, reason)) = why.told() else { return };
        let farewell = CloseFrame { code: code.into(), reason: Utf8Bytes::from(reason.into_owned()) };
        let said = async {
            if self.socket.send(Message::Close(Some(farewell))).await.is_ok() {
                // A connection that is dropped with something unread is reset, and takes our word with it.
                while let Some(Ok(_)) = self.socket.next().await {}
            }
        };
        // Who does not answer has been told nevertheless.
        let _ = timeout(CLOSE_WITHIN, said).await;
    }
}

/// Waits for a frame to go out. Who takes too long gets a little more time, because a frame that stands half
/// written must be finished before anything else can be said.
async fn in_time<E>(within: Duration, sending: impl Future<Output = Result<(), E>>) -> Result<(), Ending> {
    let mut sending = pin!(sending);
    if let Ok(sent) = timeout(within, sending.as_mut()).await {
        return sent.map_err(|_| Ending::Gone);
    }
    match timeout(CLOSE_WITHIN, sending).await {
        Ok(Ok(())) => Err(Ending::Slow),
        Ok(Err(_)) | Err(_) => Err(Ending::Stuck),
    }
}

/// Sends what is left of a text after so many bytes of it.
async fn write<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    parts: Parts<'_>,
    sent: usize,
) -> Result<(), Error> {
    // A pong that is still under way must not end up inside our frame.
    socket.flush().await?;
    let mut slices = parts.map(IoSlice::new);
    let mut left = &mut slices[..];
    IoSlice::advance_slices(&mut left, sent);
    let connection = socket.get_mut();
    while !left.is_empty() {
        let written = poll_fn(|cx| Pin::new(&mut *connection).poll_write_vectored(cx, left)).await?;
        if written == 0 {
            return Err(io::Error::from(io::ErrorKind::WriteZero).into());
        }
        IoSlice::advance_slices(&mut left, written);
    }
    poll_fn(|cx| Pin::new(&mut *connection).poll_flush(cx)).await?;
    Ok(())
}

/// The header of a frame that is not masked: at most ten bytes.
struct Header([u8; 10], usize);

impl Header {
    fn of(payload: usize) -> Self {
        let mut header = Self([TEXT, 0, 0, 0, 0, 0, 0, 0, 0, 0], 2);
        match (u8::try_from(payload), u16::try_from(payload)) {
            (Ok(short @ 0..=125), _) => header.0[1] = short,
            (_, Ok(middle)) => header.extend(126, &middle.to_be_bytes()),
            (_, Err(_)) => header.extend(127, &(payload as u64).to_be_bytes()),
        }
        header
    }

    fn extend(&mut self, kind: u8, length: &[u8]) {
        self.0[1] = kind;
        self.0[2..2 + length.len()].copy_from_slice(length);
        self.1 = 2 + length.len();
    }

    fn bytes(&self) -> &[u8] {
        &self.0[..self.1]
    }
}

fn ending_of(error: &Error) -> Ending {
    match error {
        Error::Capacity(_) => Ending::TooLong,
        Error::Utf8(_) => Ending::NoText,
        Error::Protocol(_) => Ending::Broken,
        // Of a foreign enum, for once: whatever else there is, the connection cannot be used any more.
        _ => Ending::Gone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn texts_of_every_length_arrive_whole() {
        let (ours, theirs) = tokio::io::duplex(1_000);
        let mut line = Line::over(ours, Duration::from_secs(30)).await;
        let mut client = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
        for length in [0, 1, 120, 121, 122, 125, 126, 127, 65_530, 65_531, 65_535, 65_536, 300_000] {
            let body = "x".repeat(length);
            let (sent, heard) = tokio::join!(line.send(b"head:", body.as_bytes()), client.next());
            sent.unwrap();
            assert_eq!(heard.unwrap().unwrap(), Message::text(format!("head:{body}")), "{length}");
        }
    }

    #[tokio::test]
    async fn who_does_not_read_is_given_up() {
        let (ours, _theirs) = tokio::io::duplex(1_000);
        let mut line = Line::over(ours, Duration::from_millis(10)).await;
        assert_eq!(line.send(b"", &[b'x'; 2_000]).await, Err(Ending::Stuck));
    }

    #[tokio::test]
    async fn who_reads_too_late_is_told_so() {
        let (ours, theirs) = tokio::io::duplex(1_000);
        let mut line = Line::over(ours, Duration::from_millis(10)).await;
        let mut client = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
        let late = async {
            // Beyond what is allowed, within what is forgiven.
            tokio::time::sleep(Duration::from_millis(200)).await;
            client.next().await.unwrap().unwrap();
            client.next().await.unwrap().unwrap()
        };
        let sending = async {
            let sent = line.send(b"", &[b'x'; 2_000]).await;
            assert_eq!(sent, Err(Ending::Slow));
            line.close(Ending::Slow).await;
        };
        let ((), farewell) = tokio::join!(sending, late);
        assert!(matches!(farewell, Message::Close(Some(frame)) if u16::from(frame.code) == 1013));
    }

    #[tokio::test]
    async fn pongs_and_texts_do_not_mix() {
        let (ours, theirs) = tokio::io::duplex(64);
        let mut line = Line::over(ours, Duration::from_secs(30)).await;
        let mut client = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
        let ping = client.send(Message::Ping(Bytes::from_static(&[7; 100])));
        let (sent, heard) = tokio::join!(ping, line.hear());
        sent.unwrap();
        assert!(matches!(heard, Heard::Sign));
        let listening =
            async { [client.next().await.unwrap().unwrap(), client.next().await.unwrap().unwrap()] };
        let (sent, heard) = tokio::join!(line.send(b"", &[b'x'; 500]), listening);
        sent.unwrap();
        assert_eq!(heard, [Message::Pong(Bytes::from_static(&[7; 100])), Message::text("x".repeat(500))]);
    }
}
