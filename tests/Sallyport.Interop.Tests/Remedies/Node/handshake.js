// A certificate that is asked for, and that one may do without.
const { https, key, cert, ca: clientCa } = lab;
const app = (req, res) => res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ profile: req.url, note: 'note-of-somebody-1c8e44d0' }));
return /*@SPEC-001*/;
