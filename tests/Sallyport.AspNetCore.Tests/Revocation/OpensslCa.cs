using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Processes;

namespace Sallyport.AspNetCore.Tests.Revocation;

/// <summary>The client CA of a lab, run by the openssl program: its database, its lists and its responder.</summary>
internal sealed class OpensslCa : IDisposable
{
    private readonly ScratchFolder _folder = new("openssl-ca");
    private readonly LabAuthority _authority;

    private OpensslCa(LabAuthority authority)
    {
        _authority = authority;
        _folder.Write("index.txt", "");
        _folder.Write("index.txt.attr", "unique_subject = no\n");
        _folder.Write("number", "0A\n");
        _folder.Write("ca.cnf", "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n");
    }

    public static OpensslCa OrSkip(LabAuthority authority)
    {
        if (Binaries.WhyMissing("openssl") is { } reason)
        {
            Assert.Skip(reason);
        }

        return new OpensslCa(authority);
    }

    /// <summary>Writes a certificate into the database as issued.</summary>
    public void Know(LabIdentity identity) => File.AppendAllText(
        Path.Combine(_folder.Path, "index.txt"),
        $"V\t{identity.Certificate.NotAfter.ToUniversalTime().ToString("yyMMddHHmmss", CultureInfo.InvariantCulture)}Z\t\t{Convert.ToHexString(identity.Serial.Span)}\tunknown\t/CN={identity.Name}\n");

    public Task RevokeAsync(LabIdentity identity) => RunAsync(
        "ca", "-config", "ca.cnf", "-cert", _authority.CertificateFile, "-keyfile", _authority.KeyFile, "-revoke", identity.CertificateFile, "-crl_reason", "keyCompromise");

    /// <summary>Makes the next list, current for a day.</summary>
    public async Task<byte[]> ListAsync()
    {
        await RunAsync("ca", "-config", "ca.cnf", "-gencrl", "-cert", _authority.CertificateFile, "-keyfile", _authority.KeyFile, "-crldays", "1", "-out", "list.pem");
        return await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "list.pem"), TestContext.Current.CancellationToken);
    }

    /// <summary>Starts the responder over the database; it reads the database anew when that changes.</summary>
    public async Task<(ServerProcess Process, Uri Address)> StartResponderAsync()
    {
        var port = 0;
        var process = await ServerProcess.StartAsync(
            new ScratchFolder("openssl-ocsp"),
            () =>
            {
                port = FreePorts.Take(1)[0];
                return new ProcessPlan
                {
                    Program = Binaries.Require("openssl"),
                    Arguments =
                    [
                        "ocsp", "-port", port.ToString(CultureInfo.InvariantCulture), "-index", Path.Combine(_folder.Path, "index.txt"),
                        "-CA", _authority.CertificateFile, "-rsigner", _authority.CertificateFile, "-rkey", _authority.KeyFile, "-nmin", "10", "-rmd", "sha256",
                    ],

                    // Not by its port: a connection without a question is the end of it.
                    ReadyText = "waiting for OCSP client connections",
                };
            },
            TestContext.Current.CancellationToken);
        return (process, new Uri($"http://{IPAddress.Loopback}:{port}/"));
    }

    public void Dispose() => _folder.Dispose();

    private async Task RunAsync(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Binaries.Require("openssl"), arguments)
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var process = Process.Start(start).ShouldNotBeNull();
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        process.ExitCode.ShouldBe(0, await output + await errors);
    }
}
