(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const video = document.getElementById("video");
  const plots = [...document.querySelectorAll("svg[data-plot]")].map((svg) => {
    const key = svg.dataset.plot;
    return {
      svg,
      left: Number(svg.dataset.left),
      right: Number(svg.dataset.right),
      width: svg.viewBox.baseVal.width,
      cursor: svg.querySelector(".cursor"),
      curves: data.plots[key].curves,
      digits: data.plots[key].digits,
      outputs: [...document.querySelectorAll(`output[data-of="${key}"]`)],
    };
  });

  // index of the last sample at or before a time
  const sampleAt = (times, time) => {
    let low = 0, high = times.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (times[middle] <= time + 1e-6) low = middle; else high = middle - 1;
    }
    return low;
  };

  let shown = null;
  const show = (time) => {
    shown = Math.min(Math.max(time, 0), data.duration);
    for (const plot of plots) {
      const x = plot.left + (shown / (data.duration || 1)) * (plot.right - plot.left);
      plot.cursor.setAttribute("x1", x);
      plot.cursor.setAttribute("x2", x);
      plot.outputs.forEach((output, index) => {
        const curve = plot.curves[index];
        const value = curve.v[sampleAt(curve.t, shown)];
        output.textContent = value === null ? "–" : value.toFixed(plot.digits).replace("-", "\u2212");
      });
    }
  };

  const goTo = (time) => {
    if (video) video.currentTime = Math.min(Math.max(time, 0), data.duration);
    show(time);
  };

  const timeUnder = (plot, event) => {
    const box = plot.svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * plot.width;
    return ((x - plot.left) / (plot.right - plot.left)) * data.duration;
  };

  for (const plot of plots) {
    plot.svg.addEventListener("pointermove", (event) => {
      if (event.buttons & 1) goTo(timeUnder(plot, event));
      else if (!video || video.paused) show(timeUnder(plot, event));
    });
    plot.svg.addEventListener("pointerdown", (event) => goTo(timeUnder(plot, event)));
    plot.svg.addEventListener("pointerleave", () => { if (video) show(video.currentTime); });
    plot.svg.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1 / 30, ArrowRight: 1 / 30 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      if (video) video.pause();
      goTo((shown || 0) + step);
    });
  }

  if (video) {
    const follow = () => { if (!video.paused) { show(video.currentTime); requestAnimationFrame(follow); } };
    video.addEventListener("play", follow);
    video.addEventListener("seeked", () => show(video.currentTime));
    video.addEventListener("loadeddata", () => show(video.currentTime), { once: true });
  }
  show(0);
})();
