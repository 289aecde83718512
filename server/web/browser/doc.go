// Package browser holds tests that use the pages as people do: in a browser, against the real
// program with its demo, with scripts and without. There is nothing in it but tests.
//
// ENTENTE_BROWSER names a Chromium to use, such as chromium-headless-shell; without one the tests
// are skipped. ENTENTE_NODE_MODULES names a folder of npm packages in which axe-core is, without
// which accessibility isn't looked at. ENTENTE_PAGES names a folder into which every page that was
// seen is written, for other checkers, and ENTENTE_SHOTS one for pictures.
package browser
