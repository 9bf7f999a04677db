using System.Threading.Tasks;
using Sallyport.Tls.Client;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Client;

public sealed class LegacyVersionTests(TestPki pki) : IClassFixture<TestPki>
{
    private const string Configuration =
        """
        openssl_conf = all
        [all]
        ssl_conf = ssl
        [ssl]
        system_default = old
        [old]
        MinProtocol = TLSv1
        CipherString = ALL:@SECLEVEL=0
        """;

    [Theory]
    [InlineData(TlsVersion.Tls10, "-tls1", true)]
    [InlineData(TlsVersion.Tls10, "-tls1", false)]
    [InlineData(TlsVersion.Tls11, "-tls1_1", true)]
    [InlineData(TlsVersion.Tls11, "-tls1_1", false)]
    public async Task Speaks_the_old_versions_with_client_certificates(TlsVersion version, string option, bool rsa)
    {
        await using OpensslPeer server = await OpensslPeer.StartWithAsync(
            pki.Write("openssl.cnf", Configuration),
            "-cert", rsa ? pki.RsaServerFile : pki.ServerFile, "-key", rsa ? pki.RsaServerKeyFile : pki.ServerKeyFile,
            "-www", option, "-cipher", "ALL:@SECLEVEL=0", "-CAfile", pki.CaFile, "-Verify", "1", "-verify_return_error");
        ClientScript script = ClientScript.ForServer("localhost") with { MinimumVersion = version, MaximumVersion = version };

        foreach (ClientCredential credential in new[] { pki.Good, pki.RsaGood })
        {
            await using TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), script with { Credential = credential });
            (string text, _) = await Talk.AskAsync(session);

            session.Version.ShouldBe(version);
            session.ServerSignatureValid.ShouldBe(true, session.Transcript.ToText());
            text.ShouldStartWith("HTTP/1.0 200 ok");
        }

        (await Talk.VerdictAsync(await server.ConnectAsync(), script)).ShouldBe(40);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Good, CertificateVerifyAnswer = CertificateVerifyAnswer.SignWrongData })).ShouldBe(51);
    }

    [Fact]
    public async Task Says_which_version_it_was_offered_when_it_may_not_speak_it()
    {
        await using OpensslPeer server = await OpensslPeer.StartWithAsync(
            pki.Write("openssl.cnf", Configuration), "-cert", pki.ServerFile, "-key", pki.ServerKeyFile, "-www", "-tls1", "-cipher", "ALL:@SECLEVEL=0");

        HandshakeOutcome outcome = await Talk.HandshakeAsync(await server.ConnectAsync(), OpensslInteropTests.Script(TlsVersion.Tls12));

        outcome.ShouldBeOfType<HandshakeOutcome.Unsupported>().Choice.ShouldBe("TLS 1.0");
    }
}
