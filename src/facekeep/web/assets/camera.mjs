// Takes one to three still pictures of whoever presses the button, and sends them with the page's own form.
//
// No picture is looked at before the person starts; the camera is closed the moment it is no longer needed;
// pictures lie in the memory of this page alone until they are sent or thrown away. Nothing is sent but by the
// form, and nobody is asked to blink or move. Every word is the page's (data-words); without this file its file
// field does the same.

const TOO_DARK = 50; // mean brightness, of 255
const TOO_BRIGHT = 215;
const MOVING = 14; // mean difference between two looks, of 255
const LOOK_MS = 1200; // between two looks at the light
const SIDE = 32; // a look is so many pixels wide: enough for light and movement, too few for a face
const WIDEST = 1280;
const COUNT_S = { voice: 14 }; // enough to hear what will happen; the others press a button
const COUNTED_S = 5; // the last of them are counted aloud

const box = document.querySelector('[data-camera]');
if (box) begin(box, document.querySelector('[data-form]'));

function begin(box, form) {
  const words = JSON.parse(box.dataset.words);
  const most = Number(box.dataset.most);
  const counts = COUNT_S[box.dataset.profile] ?? 0;
  const find = (name) => box.querySelector(name);
  const button = Object.fromEntries(
    [...box.querySelectorAll('[data-do]')].map((one) => [one.dataset.do, one]),
  );
  const lens = find('[data-lens]');
  const video = find('video');
  const shown = find('[data-shots]');
  const said = find('[data-said]');
  const aloud = find('[data-aloud]');
  let stream = null;
  let shots = []; // {blob, url}
  let timer = 0;
  let before = null;
  let lastWord = '';

  box.hidden = false;
  button.start.addEventListener('click', start);
  button.take.addEventListener('click', take);
  button.send.addEventListener('click', send);
  button.again.addEventListener('click', again);
  button.stop.addEventListener('click', () => close('closed'));
  aloud.addEventListener('change', () => aloud.checked || hush());
  addEventListener('pagehide', () => { drop(); close(); });
  if (!navigator.mediaDevices?.getUserMedia || !canSend()) {
    button.start.disabled = true;
    say('cannot');
  }

  // -- the camera -------------------------------------------------------------------------------

  async function start() {
    button.start.disabled = true;
    say('asking');
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: 'user', width: { ideal: WIDEST }, height: { ideal: 960 } },
      });
    } catch (error) {
      button.start.disabled = false;
      return say(reason(error));
    }
    for (const track of stream.getTracks()) track.addEventListener('ended', () => close('lost'));
    video.srcObject = stream;
    await video.play().catch(() => {});
    lens.hidden = false;
    arrange();
    button.take.focus();
    say(counts ? 'ready.voice' : 'ready');
    watch();
  }

  function reason(error) {
    switch (error.name) {
      case 'NotAllowedError':
      case 'SecurityError':
        return 'refused';
      case 'NotFoundError':
      case 'OverconstrainedError':
        return 'none';
      case 'NotReadableError':
      case 'AbortError':
        return 'busy';
      default:
        return 'cannot';
    }
  }

  function close(word) {
    clearTimeout(timer);
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    before = null;
    video.srcObject = null;
    lens.hidden = true;
    button.start.disabled = false;
    arrange();
    if (word) say(word);
  }

  // -- help while they look: light and stillness, from a picture too small to show anybody ----------

  function watch(left = counts) {
    clearTimeout(timer);
    if (!stream) return;
    const now = look();
    const word = trouble(now);
    before = now;
    if (counts && left <= 0 && !shots.length) return take();
    if (word) say(word);
    else if (counts && !shots.length && left <= COUNTED_S) say(String(left), String(left));
    else if (['dark', 'bright', 'moving'].includes(lastWord)) say('good');
    const step = counts && !shots.length ? 1000 : LOOK_MS;
    timer = setTimeout(() => watch(word ? Math.max(left, 3) : left - 1), step);
  }

  function look() {
    const pen = canvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true });
    pen.drawImage(video, 0, 0, SIDE, SIDE);
    const { data } = pen.getImageData(0, 0, SIDE, SIDE);
    const grey = (_, n) => (data[4 * n] + 2 * data[4 * n + 1] + data[4 * n + 2]) / 4;
    return Float32Array.from({ length: SIDE * SIDE }, grey);
  }

  function trouble(now) {
    const light = now.reduce((sum, one) => sum + one, 0) / now.length;
    if (light < TOO_DARK) return 'dark';
    if (light > TOO_BRIGHT) return 'bright';
    if (!before || box.dataset.profile === 'no_challenge') return ''; // not everybody can hold still
    const moved = now.reduce((sum, one, n) => sum + Math.abs(one - before[n]), 0) / now.length;
    return moved > MOVING ? 'moving' : '';
  }

  // -- pictures ---------------------------------------------------------------------------------

  function take() {
    if (!stream || !video.videoWidth || shots.length >= most) return;
    const still = canvas(video.videoWidth, video.videoHeight);
    still.getContext('2d').drawImage(video, 0, 0);
    still.toBlob((blob) => { blob && keep(blob); wipe(still); }, 'image/jpeg', 0.95);
  }

  function keep(blob) {
    const url = URL.createObjectURL(blob);
    shots.push({ blob, url });
    const item = document.createElement('li');
    const picture = document.createElement('img');
    picture.src = url;
    picture.alt = words.shot.replace('{n}', shots.length);
    item.append(picture);
    shown.append(item);
    chime();
    arrange();
    if (counts) close('taken.voice');
    else say(shots.length < most ? 'taken' : 'full');
    button.send.focus();
  }

  function again() {
    drop();
    say('dropped');
    if (!stream) start();
    else watch();
  }

  function drop() {
    for (const { url } of shots) URL.revokeObjectURL(url);
    shots = [];
    shown.replaceChildren();
    arrange();
  }

  function send() {
    const field = form.querySelector('input[type=file]');
    field.files = files(shots.map(({ blob }) => blob));
    form.elements.source.value = 'camera';
    drop();
    close('sending');
    for (const one of Object.values(button)) one.disabled = true;
    form.submit();
  }

  // -- what they see and hear ---------------------------------------------------------------------

  function arrange() {
    button.start.hidden = Boolean(stream) || shots.length > 0;
    button.take.hidden = !stream || shots.length >= most;
    button.send.hidden = button.again.hidden = !shots.length;
    button.stop.hidden = !stream;
  }

  function say(word, text = words[word]) {
    if (word && word === lastWord) return;
    lastWord = word;
    said.textContent = text;
    if (aloud.checked) speak(text);
  }

  function speak(text) {
    if (!('speechSynthesis' in window)) return;
    hush();
    const speech = new SpeechSynthesisUtterance(text);
    speech.lang = words.language;
    speechSynthesis.speak(speech);
  }

  function hush() {
    if ('speechSynthesis' in window) speechSynthesis.cancel();
  }

  function chime() {
    if (!aloud.checked || !('AudioContext' in window)) return;
    const sound = new AudioContext();
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    volume.gain.value = 0.1;
    tone.frequency.value = 660;
    tone.connect(volume).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.15);
    tone.addEventListener('ended', () => sound.close());
  }
}

function canvas(width, height) {
  return Object.assign(document.createElement('canvas'), { width, height });
}

function wipe(still) {
  still.width = still.height = 0;
}

function files(blobs) {
  const carried = new DataTransfer();
  blobs.forEach((blob, n) => carried.items.add(new File([blob], `${n + 1}.jpg`, { type: blob.type })));
  return carried.files;
}

function canSend() {
  try {
    return files([new Blob(['x'])]).length === 1;
  } catch {
    return false;
  }
}
