using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;

namespace Sallyport.Lab.Servers;

/// <summary>The OpenID provider of npm's oidc-provider with an API beside it: client credentials by tls_client_auth, access tokens (RFC 9068) bound to the certificate (RFC 8705).</summary>
/// <remarks>POST /token at the provider; GET /profiles/{name} at the API, which takes the provider's tokens. HTTP/1.1.</remarks>
public sealed class OidcProviderServer : IAsyncDisposable
{
    /// <summary>The npm module, for <see cref="NodeModules"/>.</summary>
    public const string Module = "oidc-provider";

    private const string Ready = "ready ";

    private const string Script =
        """
        'use strict';
        const crypto = require('crypto');
        const fs = require('fs');
        const https = require('https');
        const { pathToFileURL } = require('url');
        const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
        const read = name => fs.readFileSync(given[name]);
        const own = { key: read('key'), cert: read('cert'), ca: read('ca'), requestCert: true, rejectUnauthorized: false };
        const pair = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
        const certificateOf = socket => { const shown = socket.getPeerCertificate(); return shown && shown.raw ? new crypto.X509Certificate(shown.raw) : undefined; };
        const audience = 'https://api.orders.test';
        const listen = (server, then) => server.listen(0, '127.0.0.1', () => then(server.address().port));

        (async () => {
          const { Provider } = await import(pathToFileURL(given.module + '/lib/index.js'));
          let handle = null;
          const server = https.createServer(own, async (request, response) => {
            const url = new URL(request.url, 'https://localhost');
            const site = given.sites.find(one => url.pathname.startsWith('/' + one + '/profiles/'));
            if (!site) return handle(request, response);
            const reply = (status, body) => { response.writeHead(status, { 'content-type': 'application/json' }); response.end(JSON.stringify(body)); };
            const name = url.pathname.split('/')[3];
            const certificate = certificateOf(request.socket);
            if (!request.socket.authorized || !certificate) return reply(403, { error: 'no certificate' });
            const parts = String((/^Bearer (\S+)$/.exec(request.headers.authorization || '') || [])[1] || '').split('.');
            try {
              const header = JSON.parse(Buffer.from(parts[0], 'base64url')); const claims = JSON.parse(Buffer.from(parts[1], 'base64url'));
              const now = Date.now() / 1000;
              const good = parts.length === 3 && header.alg === 'ES256' && header.typ === 'at+jwt' && header.crit === undefined
                && crypto.verify('sha256', Buffer.from(parts[0] + '.' + parts[1]), { key: pair.publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(parts[2], 'base64url'))
                && claims.iss === issuer && claims.aud === audience && claims.exp > now
                && (site === 'unbound' || (claims.cnf && claims.cnf['x5t#S256'] === crypto.createHash('sha256').update(certificate.raw).digest('base64url')));
              if (!good) return reply(401, { error: 'bad token' });
              return claims.client_id === name && given.notes[name] ? reply(200, { name, note: given.notes[name] }) : reply(403, { error: 'not yours' });
            } catch { return reply(401, { error: 'bad token' }); }
          });
          let issuer = '';
          server.on('tlsClientError', () => {});
          listen(server, port => {
            issuer = 'https://localhost:' + port;
            const provider = new Provider(issuer, {
              clients: Object.keys(given.notes).map(name => ({
                client_id: name, grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
                token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: name, tls_client_certificate_bound_access_tokens: true, id_token_signed_response_alg: 'ES256',
              })),
              clientAuthMethods: ['tls_client_auth'],
              jwks: { keys: [{ ...pair.privateKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }] },
              scopes: ['read'],
              features: {
                devInteractions: { enabled: false },
                clientCredentials: { enabled: true },
                resourceIndicators: {
                  enabled: true,
                  defaultResource: () => audience,
                  useGrantedResource: () => true,
                  getResourceServerInfo: () => ({ scope: 'read', audience, accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg: 'ES256' } } }),
                },
                mTLS: {
                  enabled: true, certificateBoundAccessTokens: true, tlsClientAuth: true, selfSignedTlsClientAuth: false,
                  getCertificate: ctx => certificateOf(ctx.req.socket),
                  certificateAuthorized: ctx => ctx.req.socket.authorized,
                  certificateSubjectMatches: (ctx, property, expected) => property === 'tls_client_auth_subject_dn' && ctx.req.socket.getPeerCertificate().subject.CN === expected,
                },
              },
            });
            provider.on('server_error', (ctx, error) => console.log('provider: ' + error.stack));
            handle = provider.callback();
            console.log('ready ' + JSON.stringify({ port }));
          });
        })().catch(error => { console.log('failed ' + error.stack); process.exit(1); });
        """;

    private readonly ServerProcess _process;
    private readonly int _port;

    private OidcProviderServer(ServerProcess process, int port) => (_process, _port) = (process, port);

    /// <summary>The provider, and the APIs below /bound and /unbound.</summary>
    public LabEndpoint Endpoint => new("oidc-provider", _port);

    /// <summary>What it has printed, for diagnosis.</summary>
    public string Output => _process.Output;

    /// <summary>Starts it.</summary>
    /// <param name="material">Certificates.</param>
    /// <param name="notes">What only each client is shown; its names are the clients.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<OidcProviderServer> StartAsync(ServerMaterial material, IReadOnlyDictionary<string, string> notes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(material);
        var folder = new ScratchFolder("oidc");
        var script = folder.Write("server.js", Script);
        var given = folder.Write("given.json", JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["module"] = NodeModules.Find(Module) ?? throw new InvalidOperationException(NodeModules.WhyMissing(Module)),
            ["key"] = material.ServerKeyFile,
            ["cert"] = material.ServerCertificateFile,
            ["ca"] = material.ClientCaFile,
            ["notes"] = notes,
            ["sites"] = new[] { "bound", "unbound" },
        }));
        var process = await ServerProcess.StartAsync(
            folder, () => new ProcessPlan { Program = Binaries.Require("node"), Arguments = [script, given], ReadyText = Ready }, cancellationToken);
        var line = process.Output.Split('\n').First(text => text.StartsWith(Ready, StringComparison.Ordinal));
        var ports = JsonSerializer.Deserialize<Dictionary<string, int>>(line.AsSpan(Ready.Length)) ?? throw new InvalidOperationException($"Node said no port: {line}");
        return new OidcProviderServer(process, ports["port"]);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
