using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Microsoft.Playwright;
using Sallyport.AspNetCore.Identity;
using Sallyport.Interop.Tests.Reports;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Pki;

namespace Sallyport.Interop.Tests.Guarded;

/// <summary>Clients of other makers at a guarded server: whoever may is served by each, and nobody else is by any.</summary>
public sealed class ForeignClientsTests(HtmlReportInChromiumTests.Chromium chromium) : IClassFixture<HtmlReportInChromiumTests.Chromium>, IAsyncLifetime
{
    private const string Served = "200 orders of alice";
    private readonly LabPki _pki = new(TimeProvider.System);
    private readonly InMemoryIdentityStore _store = new();
    private GuardNode? _node;

    private GuardNode Node => _node ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        _store.Add(GuardNode.Alice());
        _node = await GuardNode.StartAsync(_pki, services => services.AddSallyportIdentityStore(_store), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        _pki.Dispose();
    }

    [Fact]
    public async Task Of_Node()
    {
        Installed.Need("node");
        (await NodeAsync("1.2", _pki.Alice)).ShouldStartWith(Served);
        await ProveAsync(identity => NodeAsync("1.3", identity));
    }

    private Task<string> NodeAsync(string version, LabIdentity? identity) => Tool.RunAsync(
        "node",
        [
            "-e",
            $$"""
            const [port, ca, cert, key] = process.argv.slice(1), fs = require('fs'), v = 'TLSv{{version}}';
            const own = cert ? { cert: fs.readFileSync(cert), key: fs.readFileSync(key) } : {};
            const r = require('https').get({ host: '127.0.0.1', servername: 'localhost', headers: { host: 'localhost:' + port }, port: +port, path: '/orders', ca: fs.readFileSync(ca), minVersion: v, maxVersion: v, ...own },
              a => { let body = ''; a.on('data', d => body += d); a.on('end', () => console.log(a.statusCode + ' ' + body)); });
            r.on('error', e => console.log('refused ' + e.code));
            """,
            .. Arguments(identity),
        ]);

    [Fact]
    public async Task Of_Python()
    {
        Installed.Need("python3");
        (await PythonAsync("TLSv1_2", _pki.Alice)).ShouldStartWith(Served);
        await ProveAsync(identity => PythonAsync("TLSv1_3", identity));
    }

    private Task<string> PythonAsync(string version, LabIdentity? identity) => Tool.RunAsync(
        "python3",
        [
            "-c",
            $$"""
            import http.client, ssl, sys
            port, ca, *own = sys.argv[1:]
            context = ssl.create_default_context(cafile=ca)
            context.verify_flags &= ~getattr(ssl, 'VERIFY_X509_STRICT', 0)
            context.minimum_version = context.maximum_version = ssl.TLSVersion.{{version}}
            if own: context.load_cert_chain(*own)
            try:
                connection = http.client.HTTPSConnection('localhost', int(port), context=context, timeout=20)
                connection.request('GET', '/orders')
                answer = connection.getresponse()
                print(answer.status, answer.read().decode())
            except (OSError, http.client.HTTPException) as e:
                print('refused', type(e).__name__)
            """,
            .. Arguments(identity),
        ]);

    [Fact]
    public async Task Of_Chromium()
    {
        Assert.SkipWhen(chromium.Browser is null, "chromium is not installed");
        IBrowser browser = chromium.Browser;
        await ProveAsync(async identity =>
        {
            await using IBrowserContext context = await browser.NewContextAsync(new()
            {
                // The browser's own store has no CA of a test's; what the guard thinks of the client is looked at.
                IgnoreHTTPSErrors = true,
                ClientCertificates = identity is null ? [] : [new() { Origin = Node.Url.GetLeftPart(UriPartial.Authority), CertPath = identity.CertificateFile, KeyPath = identity.KeyFile }],
            });
            IPage page = await context.NewPageAsync();
            try
            {
                // The driver answers 503 where the handshake of its client certificate fails.
                IResponse? answer = await page.GotoAsync(new Uri(Node.Url, "/orders").AbsoluteUri, new() { Timeout = 30_000 });
                return answer is null or { Status: 503 } ? "refused" : $"{answer.Status} {await answer.TextAsync()}";
            }
            catch (PlaywrightException e)
            {
                return "refused " + e.Message;
            }
        });
    }

    private async Task ProveAsync(Func<LabIdentity?, Task<string>> ask)
    {
        (await ask(_pki.Alice)).ShouldStartWith(Served);
        foreach ((string who, LabIdentity? identity, string answer) in (IEnumerable<(string, LabIdentity?, string)>)
            [("nobody", null, "refused"), ("alice of another CA", _pki.Rogue, "refused"), ("alice's revoked one", _pki.Revoked, "refused"), ("bob, who has no account", _pki.Bob, "401")])
        {
            string said = await ask(identity);
            said.ShouldStartWith(answer, customMessage: who);
        }

        _store.Replace(GuardNode.Alice(isEnabled: false));
        (await ask(_pki.Alice)).ShouldStartWith("401");
        _store.Replace(GuardNode.Alice());
    }

    private string[] Arguments(LabIdentity? identity)
    {
        string port = Node.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string ca = _pki.ServerCa.CertificateFile;
        return identity is null ? [port, ca] : [port, ca, identity.CertificateFile, identity.KeyFile];
    }
}
