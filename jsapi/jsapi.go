// Package jsapi is the list of everything that a page can call.
package jsapi

import (
	"slices"

	"qinghost/bridge"
	"qinghost/jsapi/conference"
	"qinghost/jsapi/contact"
	"qinghost/jsapi/webview"
)

// Deps is what the areas need from outside.
type Deps struct {
	Clock *bridge.Clock
	Team  *contact.Team
}

// Areas are the parts of the client that have a state, for whoever wires a host: resets the team, sets the cast.
type Areas struct {
	Contact    *contact.Directory
	Conference *conference.Conference
	Webview    *webview.Webview
}

// New returns the areas in their initial state.
func New(deps Deps) *Areas {
	a := &Areas{Contact: contact.NewDirectory(deps.Team)}
	a.Conference = conference.New(deps.Clock, a.Contact)
	a.Webview = webview.New(deps.Clock, a.knows)
	return a
}

// All returns everything that a page can call.
func (a *Areas) All() []bridge.API {
	return slices.Concat(
		a.Contact.APIs(),
		a.Conference.APIs(),
		a.Webview.APIs(),
	)
}

// knows says whether a page can call an API of that name.
func (a *Areas) knows(name string) bool {
	return slices.ContainsFunc(a.All(), func(api bridge.API) bool { return api.Name == name && !api.Hidden })
}
