package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// turnSeen is what a page sees of a turn: everything when it has the event, and sizes within what the device leaves it.
const turnSeen = `(page => [page.innerWidth > page.innerHeight, page.screen.orientation.type, page.screen.orientation.angle, page.orientation,
	page.matchMedia('(orientation: landscape)').matches, page.screen.width, page.screen.height])`

// TestRotateUI: the simulator's device turns, and the page sees it as on a phone.
func TestRotateUI(t *testing.T) {
	for profile, screens := range map[string][2]string{"ios": {"390,844", "390,844"}, "android": {"412,915", "915,412"}} {
		t.Run(profile, func(t *testing.T) {
			dir := folder(t, map[string]string{"index.html": `<!doctype html><meta charset=utf-8><title>横竖屏</title><script>
				seen = []; const see = (name) => seen.push([name, innerWidth > innerHeight, screen.orientation.angle].join(' '));
				atStart = screen.orientation.type;
				addEventListener('orientationchange', () => see('orientationchange'));
				screen.orientation.onchange = () => see('change');
				handled = 'onorientationchange' in window; onorientationchange = () => see('onorientationchange');
				addEventListener('resize', () => see('resize'));
				</script>`, "next.html": `<!doctype html><script>atStart = screen.orientation.type</script>`})
			p := start(t, "--profile", profile, dir)
			b := visit(t, p.Simulator)
			b.act(chromedp.EmulateViewport(1280, 1000))
			const page = `document.querySelector('iframe').contentWindow`
			upright, turned := `[false,"portrait-primary",0,0,false,`+screens[0]+`]`, `[true,"landscape-primary",90,90,true,`+screens[1]+`]`
			b.wait(page + `.qing && ` + page + `.document.readyState === 'complete' && ` + page + `.innerWidth < 500`) // the device's
			require.Equal(t, upright, b.eval(turnSeen+`(`+page+`)`))
			require.Equal(t, `["portrait-primary",true]`, b.eval(`[`+page+`.atStart, `+page+`.handled]`))
			b.eval(`new Promise(done => ` + page + `.setTimeout(done, 100)).then(() => ` + page + `.seen.length = 0)`) // what came of that

			rotate := func(orientation string) string {
				return b.eval(page + `.qing.call('rotateUI', {orientation: '` + orientation + `'}).then(r => r.errorCode)`)
			}
			require.Equal(t, "0", rotate("landscape"))
			require.Equal(t, turned, b.eval(turnSeen+`(`+page+`)`))
			require.Equal(t, `["change true 90","onorientationchange true 90","orientationchange true 90","resize true 90"]`, b.eval(page+`.seen.sort()`))
			require.Equal(t, "true", b.eval(`(({width, height}) => width > height)(document.querySelector('.device').getBoundingClientRect())`))

			// Its web view lies on its side also for the next page, and for none after a reset.
			b.eval(page + `.location.href = '/next.html'`)
			b.wait(page + `.atStart === 'landscape-primary' && ` + page + `.document.readyState === 'complete'`)
			require.Equal(t, "0", rotate("auto"))
			require.Equal(t, upright, b.eval(turnSeen+`(`+page+`)`))
			rotate("landscape")
			require.Equal(t, turned, b.eval(turnSeen+`(`+page+`)`))
			p.do("POST reset", "")
			b.wait(page + `.innerWidth < ` + page + `.innerHeight`)

			// Where the window is the phone there is nothing to turn.
			b.act(chromedp.EmulateViewport(400, 800))
			rotate("landscape")
			require.Equal(t, upright, b.eval(turnSeen+`(`+page+`)`))
		})
	}
}
