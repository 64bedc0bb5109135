// Package dom drives pages under test on goja with a document: `environment: dom`. The document is the user's own linkedom,
// found in node_modules upward of the page's folder, as other runners do with theirs; none is shipped. 0.18.12 and 0.18.15 are
// tested, others are tried with a warning. happy-dom does not run here.
//
// Of linkedom only the tree, the selectors and the element classes are used. HTML is parsed in Go, as HTML5 says, and piece by
// piece, so that a script finds what stands before it. Events are the realm's, with capture, bubbling, cancelling and the
// default actions that forms and light apps need. So qing, timers, fetch and storage are the same as in a page without a DOM.
//
// What a DOM without a screen cannot do, it says by name, with the advice to run with --browser:
//
//   - layout: getBoundingClientRect, offsetWidth, clientHeight and their like are 0; elementFromPoint is null;
//     IntersectionObserver and ResizeObserver never call back (a warning, once each)
//   - style sheets: getComputedStyle has nothing but style="…", matchMedia never matches (a warning); an element counts as
//     hidden by its hidden attribute or style alone
//   - canvas, animations, document.write, window.open, confirm and prompt (an error)
//   - iframes, pictures and style sheets are not loaded; a picture's onload never comes
//   - navigation: a form's submit and a link to another page are told on the console, and the page stays
//   - XML and SVG documents of DOMParser (an error); SVG inside HTML is there
//   - showModal sets open, and nothing else: no top layer, no inert page
package dom
