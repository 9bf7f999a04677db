using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;

namespace Sallyport.Lab.Servers;

/// <summary>One Node with an https server per way of verifying tokens, each on a port of its own: a verifier written by hand, strict or with one flaw.</summary>
/// <remarks>GET /profiles/{name} wants a certificate of the client CA and a token of the issuer whose sub is the name. HTTP/1.1.</remarks>
public sealed class NodeTokenServer : IAsyncDisposable
{
    private const string Program = "node";
    private const string Ready = "ready ";

    private const string Script =
        """
        'use strict';
        const crypto = require('crypto');
        const fs = require('fs');
        const http = require('http');
        const https = require('https');
        const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
        const read = name => fs.readFileSync(given[name]);
        const own = { key: read('key'), cert: read('cert'), ca: read('ca') };
        const publicPem = given.issuerPublic;
        const publicKey = crypto.createPublicKey(publicPem);
        const json = part => { try { const v = JSON.parse(Buffer.from(part, 'base64url').toString('utf8')); return v && typeof v === 'object' ? v : null; } catch { return null; } };
        const es = (key, input, signature) => { try { return crypto.verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature); } catch { return false; } };
        const hs = (key, input, signature) => { const mac = crypto.createHmac('sha256', key).update(input).digest(); return mac.length === signature.length && crypto.timingSafeEqual(mac, signature); };
        const fetchText = url => new Promise(done => {
          const call = http.get(url, { timeout: 2000 }, answer => { let text = ''; answer.on('data', d => text += d); answer.on('end', () => done(text)); });
          call.on('error', () => done('')); call.on('timeout', () => call.destroy());
        });

        async function signed(flaw, header, input, signature) {
          if (flaw === 'decode') return true;
          if (flaw === 'none' && /^none$/i.test(String(header.alg)) && signature.length === 0) return true;
          if (flaw === 'secret') return header.alg === 'HS256' && hs('secret', input, signature);
          if (flaw === 'confused' && header.alg === 'HS256') return hs(publicPem, input, signature);
          if (flaw === 'file' && header.alg === 'HS256') { try { return hs(fs.readFileSync(given.keys + '/' + header.kid), input, signature); } catch { return false; } }
          if (flaw === 'jwk' && header.jwk) { try { return es(crypto.createPublicKey({ key: header.jwk, format: 'jwk' }), input, signature); } catch { return false; } }
          if (flaw === 'jku' && header.jku) { await fetchText(header.jku); return false; }
          if (flaw === 'psychic' && header.alg === 'ES256' && signature.length === 64 && signature.every(b => b === 0)) return true;
          return header.alg === 'ES256' && es(publicKey, input, signature);
        }

        async function who(flaw, socket, token) {
          const parts = String(token || '').split('.');
          if (parts.length !== 3 || token.length > 8192) return null;
          const header = json(parts[0]); const claims = json(parts[1]);
          if (!header || !claims || Array.isArray(claims)) return null;
          if (!await signed(flaw, header, Buffer.from(parts[0] + '.' + parts[1]), Buffer.from(parts[2], 'base64url'))) return null;
          if (header.crit !== undefined && flaw !== 'crit') return null;
          const now = Date.now() / 1000;
          if (flaw !== 'kind' && header.typ !== 'at+jwt') return null;
          if (flaw !== 'expired' && !(claims.exp > now - 10)) return null;
          if (flaw !== 'early' && !(claims.nbf <= now + 10)) return null;
          if (flaw !== 'audience' && claims.aud !== given.audience) return null;
          if (flaw !== 'issuer' && claims.iss !== given.issuer) return null;
          if (flaw !== 'scope' && !String(claims.scope || '').split(' ').includes('read')) return null;
          const raw = socket.getPeerCertificate().raw;
          const shown = raw ? crypto.createHash('sha256').update(raw).digest('base64url') : '';
          if (flaw !== 'unbound' && !(flaw === 'loose' && !(claims.cnf && claims.cnf['x5t#S256'])) && (!claims.cnf || claims.cnf['x5t#S256'] !== shown)) return null;
          return String(claims.sub);
        }

        function answer(flaw) {
          return async (request, response) => {
            const reply = (status, body, more) => { response.writeHead(status, { 'content-type': 'application/json', ...more }); response.end(JSON.stringify(body)); };
            const url = new URL(request.url, 'https://localhost');
            if (url.pathname === '/.well-known/jwks.json') return reply(200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1' }] });
            const name = url.pathname.startsWith('/profiles/') ? url.pathname.slice(10) : '';
            if (request.method !== 'GET' || !given.notes[name]) return reply(404, { error: 'not found' });
            const bearer = /^Bearer (.+)$/.exec(request.headers.authorization || '');
            const cookie = /(?:^|; )access_token=([^;]+)/.exec(request.headers.cookie || '');
            let token = bearer ? bearer[1] : null;
            if (!token && flaw === 'anywhere') token = url.searchParams.get('access_token') || (cookie ? cookie[1] : null);
            const authorized = request.socket.authorized;
            if (!authorized && flaw === 'late' && token && !await who('unbound', request.socket, token)) return reply(401, { error: 'bad token' }, { 'www-authenticate': 'Bearer error="invalid_token"' });
            if (!authorized && flaw !== 'bare') return reply(403, { error: 'no certificate' });
            if (flaw === 'either' && authorized && !token) return reply(200, { name, note: given.notes[name] });
            const subject = await who(flaw === 'bare' && !authorized ? 'unbound' : flaw, request.socket, token);
            if (subject === null) return reply(401, { error: 'bad token' }, { 'www-authenticate': 'Bearer error="invalid_token"' });
            return subject === name ? reply(200, { name, note: given.notes[name] }) : reply(403, { error: 'not yours' });
          };
        }

        const ports = {};
        for (const flaw of given.flaws) {
          const server = https.createServer({ ...own, requestCert: true, rejectUnauthorized: false, maxHeaderSize: 4 * 1024 * 1024 }, answer(flaw));
          server.on('tlsClientError', () => {});
          server.listen(0, '127.0.0.1', () => {
            ports[flaw] = server.address().port;
            if (Object.keys(ports).length === given.flaws.length) console.log('ready ' + JSON.stringify(ports));
          });
        }
        """;

    private readonly ServerProcess _process;
    private readonly FrozenDictionary<string, int> _ports;

    private NodeTokenServer(ServerProcess process, FrozenDictionary<string, int> ports)
    {
        _process = process;
        _ports = ports;
    }

    /// <summary>The flaws there are; <c>strict</c> has none.</summary>
    public static IReadOnlyList<string> Flaws { get; } =
    [
        "strict", "decode", "none", "confused", "secret", "file", "jwk", "jku", "psychic", "expired", "early", "audience", "issuer", "kind", "scope", "crit",
        "anywhere", "unbound", "loose", "bare", "either", "late",
    ];

    /// <summary>The server with a flaw.</summary>
    /// <param name="flaw">One of <see cref="Flaws"/>.</param>
    public LabEndpoint this[string flaw] => new($"node tokens {flaw}", _ports[flaw]);

    /// <summary>Starts it; every port answers when this returns.</summary>
    /// <param name="material">Certificates.</param>
    /// <param name="issuerPublicPem">The issuer's P-256 public key, SubjectPublicKeyInfo PEM.</param>
    /// <param name="issuer">What iss must be.</param>
    /// <param name="audience">What aud must be.</param>
    /// <param name="notes">What only each subject is shown.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<NodeTokenServer> StartAsync(
        ServerMaterial material, string issuerPublicPem, string issuer, string audience, IReadOnlyDictionary<string, string> notes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(material);
        var folder = new ScratchFolder("node-tokens");
        var script = folder.Write("server.js", Script);
        folder.Write("k1", Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N"));
        var given = folder.Write("given.json", JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["key"] = material.ServerKeyFile,
            ["cert"] = material.ServerCertificateFile,
            ["ca"] = material.ClientCaFile,
            ["keys"] = System.IO.Path.GetDirectoryName(script) ?? ".",
            ["issuerPublic"] = issuerPublicPem,
            ["issuer"] = issuer,
            ["audience"] = audience,
            ["notes"] = notes,
            ["flaws"] = Flaws,
        }));
        var process = await ServerProcess.StartAsync(
            folder,
            () => new ProcessPlan { Program = Binaries.Require(Program), Arguments = [script, given], ReadyText = Ready },
            cancellationToken);
        var line = process.Output.Split('\n').First(text => text.StartsWith(Ready, StringComparison.Ordinal));
        var ports = JsonSerializer.Deserialize<Dictionary<string, int>>(line.AsSpan(Ready.Length))
            ?? throw new InvalidOperationException($"Node said no ports: {line}");
        return new NodeTokenServer(process, ports.ToFrozenDictionary());
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
