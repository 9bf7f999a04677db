using System;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;

namespace Sallyport.Proof.Tests;

/// <summary>The program <c>samples/OrdersApi</c>, started in a folder of its own, and its clients.</summary>
internal sealed class SampleProcess : IDisposable
{
    private const string Listening = "listening on ";
    private static readonly TimeSpan _ceiling = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _folder;
    private readonly Uri _url;

    private SampleProcess(Process process, string folder, Uri url) => (_process, _folder, _url) = (process, folder, url);

    public static async Task<SampleProcess> StartAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "OrdersApi.dll"));
        start.ArgumentList.Add("--folder");
        start.ArgumentList.Add(folder);
        Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var said = new StringBuilder();
        process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        process.BeginErrorReadLine();
        string first = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(_ceiling, TestContext.Current.CancellationToken) ?? "";
        first.ShouldStartWith(Listening, Case.Sensitive, said.ToString());

        // The folder is complete when it has said the rest.
        (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(_ceiling, TestContext.Current.CancellationToken)).ShouldNotBeNull();
        return new(process, folder, new Uri(first[Listening.Length..]));
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit(_ceiling).ShouldBeTrue();
    }

    /// <summary>A client with the certificate and the token that the program wrote for an account.</summary>
    public Client ClientOf(string name) => new(_url, _folder, name);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>Over mutual TLS, trusting the sample's CA and no other.</summary>
    internal sealed class Client : IDisposable
    {
        private readonly X509Certificate2 _certificate;
        private readonly X509Certificate2 _authority;
        private readonly HttpClient _http;

        public Client(Uri url, string folder, string name)
        {
            using X509Certificate2 read = X509Certificate2.CreateFromPemFile(Path.Combine(folder, name + ".pem"), Path.Combine(folder, name + ".key"));
            _certificate = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
            _authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "server-ca.pem"));
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(_authority);
            _http = new HttpClient(new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions { ClientCertificates = [_certificate], LocalCertificateSelectionCallback = (_, _, _, _, _) => _certificate, CertificateChainPolicy = policy },
            })
            {
                BaseAddress = url,
            };
            string secrets = File.ReadAllText(Path.Combine(folder, "secrets.env"));
            string before = $"ORDERS_{name.ToUpperInvariant()}_TOKEN='";
            int at = secrets.IndexOf(before, StringComparison.Ordinal) + before.Length;
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secrets[at..secrets.IndexOf('\'', at)]);
        }

        public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json = null)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
            return await _http.SendAsync(request, TestContext.Current.CancellationToken);
        }

        public void Dispose()
        {
            _http.Dispose();
            _certificate.Dispose();
            _authority.Dispose();
        }
    }
}
