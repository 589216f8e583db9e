# Keeps one server for whoever holds the other end of standard input. When that end closes, for whatever
# reason, the server is stopped and its directory removed. $1 is the directory; the rest starts the server.
directory=$1
shift
"$@" </dev/null 1>&2 &
server=$!
echo "$server"
exec 1>/dev/null 2>&1
cat
kill -s QUIT "$server"
wait "$server"
rm -rf "$directory"
