// The page's Content-Security-Policy, widened by exactly what qinghost needs: its script, its socket and its frame; and a policy
// of our own against frames that are calls.

package browser

import (
	"net/http"
	"slices"
	"strings"
)

// framePolicy keeps the browser from opening a call (xuntong:…, or another scheme of the page's choice) that stands in a frame's
// address, in this document and in the blank ones below it: the script reads it there. The rest is what pages open in frames.
const framePolicy = "frame-src * data: blob: tel: sms: mailto:"

// relaxHeaders edits the headers by which a document keeps foreign scripts and frames away, and adds framePolicy.
func relaxHeaders(h http.Header, nonce, wsOrigin string) {
	h.Del("X-Frame-Options")
	// Report-Only too, or our own script would be reported.
	for _, name := range []string{"Content-Security-Policy", "Content-Security-Policy-Report-Only"} {
		policies := h.Values(name)
		h.Del(name)
		for _, policy := range policies {
			if policy = relaxCSP(policy, nonce, wsOrigin); policy != "" {
				h.Add(name, policy)
			}
		}
	}
	h.Add("Content-Security-Policy", framePolicy)
}

// relaxCSP returns the policy, or the comma-separated policies, with our script allowed by nonce (without one, by 'self'),
// our socket at wsOrigin allowed, and framing by our own simulator. What a policy does not forbid is not added to it.
func relaxCSP(policy, nonce, wsOrigin string) string {
	var relaxed []string
	for one := range strings.SplitSeq(policy, ",") {
		if one = relaxPolicy(one, nonce, wsOrigin); one != "" {
			relaxed = append(relaxed, one)
		}
	}
	return strings.Join(relaxed, ", ")
}

// directive is a name and its values, as one list.
type directive []string

func (d directive) is(name string) bool { return strings.EqualFold(d[0], name) }

func (d directive) has(value string) bool {
	return slices.ContainsFunc(d[1:], func(v string) bool { return strings.EqualFold(v, value) })
}

// allow adds the values that are missing; 'none' would not be valid beside them.
func (d directive) allow(values ...string) directive {
	d = slices.DeleteFunc(d, func(v string) bool { return strings.EqualFold(v, "'none'") })
	for _, v := range values {
		if !d.has(v) {
			d = append(d, v)
		}
	}
	return d
}

func relaxPolicy(policy, nonce, wsOrigin string) string {
	var list []directive
	for text := range strings.SplitSeq(policy, ";") {
		d := directive(strings.Fields(text))
		// We serve plain HTTP: an upgraded address would find nobody.
		if len(d) > 0 && !d.is("upgrade-insecure-requests") && !d.is("block-all-mixed-content") {
			list = append(list, d)
		}
	}
	// find returns the directive that governs: the first of that name, or a copy of default-src under that name.
	find := func(names ...string) *directive {
		for _, name := range names {
			if i := slices.IndexFunc(list, func(d directive) bool { return d.is(name) }); i >= 0 {
				return &list[i]
			}
		}
		i := slices.IndexFunc(list, func(d directive) bool { return d.is("default-src") })
		if i < 0 {
			return nil
		}
		list = append(list, append(directive{names[len(names)-1]}, list[i][1:]...))
		return &list[len(list)-1]
	}
	if d := find("script-src-elem", "script-src"); d != nil {
		*d = d.allow(scriptSource(*d, nonce))
	}
	if d := find("connect-src"); d != nil {
		*d = d.allow("'self'", wsOrigin) // older WebKit does not take a socket for 'self'
	}
	for i, d := range list {
		if d.is("frame-ancestors") {
			list[i] = d.allow("'self'")
		}
	}
	parts := make([]string, len(list))
	for i, d := range list {
		parts[i] = strings.Join(d, " ")
	}
	return strings.Join(parts, "; ")
}

// scriptSource is what lets our script in under d. A nonce makes browsers ignore 'unsafe-inline', on which the page's own
// scripts then depend, unless something there has that effect already.
func scriptSource(d directive, nonce string) string {
	strict := slices.ContainsFunc(d[1:], func(v string) bool {
		v = strings.ToLower(v)
		return v == "'strict-dynamic'" || strings.HasPrefix(v, "'nonce-") || strings.HasPrefix(v, "'sha")
	})
	if nonce == "" || d.has("'unsafe-inline'") && !strict {
		return "'self'"
	}
	return "'nonce-" + nonce + "'"
}
