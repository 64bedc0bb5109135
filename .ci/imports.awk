# Reads "importer imported" lines of go list and fails on what the table in README's "Layout" does not allow.
function allowed(from, to) {
	if (from ~ /^qinghost\/(cmd\/|web\/(build|screenshots)$|runtime\/(browser|gateway|suite)\/bench$)/) return 1 # programs
	# bridge itself and web stay on the standard library.
	if ((from == "qinghost/bridge" || from == "qinghost/web") && (to ~ /^[^\/]*\./ || to ~ /^qinghost\//)) return 0
	if (to !~ /^qinghost\//) return 1
	if (from ~ /^qinghost\/bridge\//) return to ~ /^qinghost\/bridge(\/yamlfile)?$/
	if (from == "qinghost/jsapi") return to ~ /^qinghost\/(bridge|jsapi\/[a-z]+)$/
	if (from ~ /^qinghost\/jsapi\//) return to ~ /^qinghost\/bridge(\/yamlfile)?$/
	if (from ~ /^qinghost\/runtime\/suite/) return to ~ /^qinghost\/(bridge|web|runtime\/(headless|browser|bundle|suite\/[a-z]+))$/
	if (from ~ /^qinghost\/runtime\/(bundle|ownapi)$/) return to ~ /^qinghost\/(bridge|web|runtime\/(headless|bundle))$/
	if (from ~ /^qinghost\/runtime\//) return to ~ /^qinghost\/(bridge|web)$/
	return 0
}
!allowed($1, $2) { print "not allowed: " $1 " imports " $2; bad = 1 }
END { exit bad }
