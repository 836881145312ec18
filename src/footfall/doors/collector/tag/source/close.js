});

// A page that is only prepared is not looked at yet.
if (document.prerendering) document.addEventListener('prerenderingchange', begin, { once: true });
else begin();
})();
