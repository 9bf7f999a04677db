using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Lab.Pki;

namespace Sallyport.Interop.Tests.Pki;

public sealed class LabPkiTests
{
    [Fact]
    public async Task Server_and_client_shake_hands_with_each_others_certificates_checked()
    {
        using LabPki pki = new(TimeProvider.System);
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using CancellationTokenSource ceiling = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ceiling.CancelAfter(TimeSpan.FromSeconds(30));
        using TcpClient dialled = new();
        ValueTask connecting = dialled.ConnectAsync((IPEndPoint)listener.LocalEndpoint, ceiling.Token);
        using TcpClient accepted = await listener.AcceptTcpClientAsync(ceiling.Token);
        await connecting;

        await using SslStream server = new(accepted.GetStream());
        await using SslStream client = new(dialled.GetStream());
        Task serving = server.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = pki.Server,
                ClientCertificateRequired = true,
                CertificateChainPolicy = Trusting(pki.ClientCa),
            },
            ceiling.Token);
        await client.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "secret.test",
                ClientCertificates = [pki.Alice],
                CertificateChainPolicy = Trusting(pki.ServerCa),
            },
            ceiling.Token);
        await serving;

        server.RemoteCertificate.ShouldNotBeNull().Subject.ShouldBe("CN=alice");
    }

    [Theory]
    [InlineData("alice", X509ChainStatusFlags.NoError)]
    [InlineData("through", X509ChainStatusFlags.NoError)]
    [InlineData("expired", X509ChainStatusFlags.NotTimeValid)]
    [InlineData("early", X509ChainStatusFlags.NotTimeValid)]
    [InlineData("usage", X509ChainStatusFlags.NotValidForUsage)]
    [InlineData("rogue", X509ChainStatusFlags.PartialChain)]
    [InlineData("other", X509ChainStatusFlags.PartialChain)]
    [InlineData("self", X509ChainStatusFlags.UntrustedRoot)]
    public void Each_identity_is_what_its_name_says(string which, X509ChainStatusFlags expected)
    {
        using LabPki pki = new(TimeProvider.System);
        LabIdentity identity = which switch
        {
            "through" => pki.ClientThroughIntermediate("alice"),
            "expired" => pki.Expired,
            "early" => pki.NotYetValid,
            "usage" => pki.ServerUsageOnly,
            "rogue" => pki.Rogue,
            "other" => pki.Other,
            "self" => pki.SelfSigned,
            _ => pki.Alice,
        };
        using X509Chain chain = new() { ChainPolicy = Trusting(pki.ClientCa) };
        chain.ChainPolicy.ApplicationPolicy.Add(new("1.3.6.1.5.5.7.3.2"));
        foreach (ReadOnlyMemory<byte> sent in identity.Forged.Chain.Skip(1))
        {
            chain.ChainPolicy.ExtraStore.Add(X509CertificateLoader.LoadCertificate(sent.Span));
        }

        chain.Build(identity);

        chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status).ShouldBe(expected);
    }

    [Fact]
    public void The_list_names_the_revoked_identity_and_no_other()
    {
        using LabPki pki = new(TimeProvider.System);

        CertificateRevocationListBuilder list = CertificateRevocationListBuilder.LoadPem(
            File.ReadAllText(pki.RevocationListFile), out System.Numerics.BigInteger number);

        number.ShouldBe(System.Numerics.BigInteger.One);
        list.RemoveEntry(pki.Alice.Serial.Span).ShouldBeFalse();
        list.RemoveEntry(pki.Revoked.Serial.Span).ShouldBeTrue();
    }

    [Fact]
    public void Files_are_the_owners_alone_and_vanish_with_the_pki()
    {
        string[] files;
        using (LabPki pki = new(TimeProvider.System))
        {
            files = [pki.Alice.KeyFile, pki.Alice.CertificateFile, pki.Alice.BundleFile, pki.Alice.Pkcs12File("x"), pki.ClientCa.KeyFile];
            pki.Alice.KeyFile.ShouldBe(files[0]);
            foreach (string file in files)
            {
                if (!OperatingSystem.IsWindows())
                {
                    File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
                }
            }

            using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(pki.Alice.CertificateFile, pki.Alice.KeyFile);
            using X509Certificate2 bundle = X509Certificate2.CreateFromPemFile(pki.Alice.BundleFile);
            using X509Certificate2 pkcs12 = X509CertificateLoader.LoadPkcs12FromFile(pki.Alice.Pkcs12File("x"), "x");
            new[] { pem, bundle, pkcs12 }.ShouldAllBe(read => read.HasPrivateKey && read.RawData.SequenceEqual(pem.RawData));
        }

        files.ShouldAllBe(file => !File.Exists(file));
    }

    [Fact]
    public void The_forge_takes_it_as_input()
    {
        using LabPki pki = new(TimeProvider.System);
        using IdentityMatrix matrix = IdentityMatrix.Create(pki.MatrixInput("http://127.0.0.1:9"));

        matrix.Identities.ShouldContain(identity => identity.RuleId == IdentityMatrix.ControlRule && identity.Variant == "leaf");
        matrix.Withheld.ShouldAllBe(withheld => withheld.Supply == null);
    }

    [Fact]
    public void A_server_certificate_can_be_wrong_on_purpose()
    {
        using LabPki pki = new(TimeProvider.System);

        X509Certificate2 expired = pki.ServerWith(spec => spec with { NotAfter = spec.NotBefore.AddMinutes(1) }, "localhost", "127.0.0.1");

        expired.MatchesHostname("localhost").ShouldBeTrue();
        expired.MatchesHostname("127.0.0.1").ShouldBeTrue();
        expired.MatchesHostname("other.test").ShouldBeFalse();
        (expired.NotAfter - expired.NotBefore).ShouldBe(TimeSpan.FromMinutes(1));
    }

    private static X509ChainPolicy Trusting(X509Certificate2 root) => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { root },
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };
}
