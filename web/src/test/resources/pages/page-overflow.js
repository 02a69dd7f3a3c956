// By how many pixels the page as a whole scrolls sideways.
() => document.documentElement.scrollWidth - document.documentElement.clientWidth
