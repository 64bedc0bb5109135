# A private PostgreSQL: sh -c "$(cat cluster.sh)" sh BIN FOLDER PORT. FOLDER/password holds the password of the user qinghost.
# It says "ready" or "failed", and stops the server and removes FOLDER when its input ends.
bin=$1 folder=$2 port=$3
trap '' INT TERM HUP # the end of the input is what counts
as=
if [ "$(id -u)" = 0 ]; then # the server refuses to run as root
	as="setpriv --reuid=postgres --regid=postgres --init-groups --"
	chown -R postgres: "$folder" || echo failed
fi
$as "$bin/initdb" -D "$folder/data" -U qinghost --pwfile="$folder/password" --auth=password \
	--encoding=UTF8 --locale=C --no-sync >"$folder/log" 2>&1 &&
$as "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 -s \
	-o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=32MB -c log_min_messages=fatal" \
	start >>"$folder/log" 2>&1
if [ $? = 0 ]; then echo ready; else echo failed; fi
read -r _
$as "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop >/dev/null 2>&1
rm -rf "$folder"
