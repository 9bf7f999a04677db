using System;
using System.Linq;
using System.Reflection;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Client;

public sealed class TranscriptTests(TestPki pki) : IClassFixture<TestPki>
{
    [Fact]
    public async Task Names_every_message_of_a_tls13_handshake_with_a_certificate()
    {
        TlsSession session = await RunAsync(TlsVersion.Tls13);

        Names(session.Transcript).ShouldBe([
            "> ClientHello", "< ServerHello", "< EncryptedExtensions", "< CertificateRequest", "< Certificate", "< CertificateVerify", "< Finished",
            "> Certificate", "> CertificateVerify", "> Finished", "< NewSessionTicket", "< NewSessionTicket", "< Alert", "> Alert"]);
    }

    [Fact]
    public async Task Names_every_message_of_a_tls12_handshake_with_a_certificate()
    {
        TlsSession session = await RunAsync(TlsVersion.Tls12);

        Names(session.Transcript).ShouldBe([
            "> ClientHello", "< ServerHello", "< Certificate", "< ServerKeyExchange", "< CertificateRequest", "< ServerHelloDone",
            "> Certificate", "> ClientKeyExchange", "> CertificateVerify", "> ChangeCipherSpec", "> Finished",
            "< NewSessionTicket", "< ChangeCipherSpec", "< Finished", "< Alert", "> Alert"]);
    }

    [Fact]
    public async Task Reads_as_text_with_times_lengths_and_details()
    {
        string text = (await RunAsync(TlsVersion.Tls13)).Transcript.ToText();

        text.ShouldContain("server name localhost");
        text.ShouldContain("TLS 1.3, TLS_AES_128_GCM_SHA256, x25519");
        text.ShouldContain("> Certificate (");
        text.ShouldContain("1 certificate");
        text.ShouldContain("ecdsa_secp256r1_sha256");
        text.ShouldContain("< Alert (2 bytes) warning 0 close_notify");
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(static line => line.Contains(" ms  ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Holds_no_secret_and_no_text_of_the_session_does()
    {
        TlsSession session = await RunAsync(TlsVersion.Tls13);
        SessionTicket ticket = session.Tickets[0];
        ClientScript script = ClientScript.ForServer("localhost") with { Credential = pki.Good, Resume = ticket, EarlyData = "token=secret"u8.ToArray() };
        string[] texts =
        [
            session.Transcript.ToText(), session.Transcript.ToString(), ticket.ToString(), script.ToString(), pki.Good.ToString(),
            new HandshakeOutcome.Completed(session) { Transcript = session.Transcript }.ToString(),
        ];
        byte[] key = ((ECDsa)pki.Good.Key.ShouldNotBeNull()).ExportParameters(true).D.ShouldNotBeNull();
        string[] secrets = [.. new[] { key, ticket.Secret, ticket.RelatedSecrets[0] }.SelectMany(static s => new[] { Convert.ToHexString(s), Convert.ToBase64String(s) }), "token=secret"];

        foreach (string text in texts)
        {
            secrets.ShouldAllBe(secret => !text.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public void No_public_member_gives_bytes_of_a_secret()
    {
        string[] suspicious = [.. typeof(TlsSession).Assembly.GetExportedTypes()
            .Where(static type => type.Namespace == typeof(TlsSession).Namespace)
            .SelectMany(static type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
            .Where(static member => member.Name.Contains("Master", StringComparison.Ordinal) && member.Name is not (nameof(TlsSession.ExtendedMasterSecret) or "get_ExtendedMasterSecret" or "set_ExtendedMasterSecret"))
            .Select(static member => $"{member.DeclaringType?.Name}.{member.Name}")];

        suspicious.ShouldBeEmpty();
    }

    [Fact]
    public void Keeps_a_bounded_number_of_entries()
    {
        var transcript = new Transcript(TimeProvider.System);
        for (int i = 0; i < Transcript.Capacity + 10; i++)
        {
            transcript.Received("KeyUpdate", 5);
        }

        transcript.Entries.Length.ShouldBe(Transcript.Capacity);
        transcript.ToText().ShouldEndWith("… and 10 more\n");
    }

    private static string[] Names(Transcript transcript) =>
        [.. transcript.Entries.Select(static entry => $"{(entry.Direction == TranscriptDirection.Sent ? ">" : "<")} {entry.Message}")];

    private async Task<TlsSession> RunAsync(TlsVersion version)
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript
        {
            Sites = [new ServerSite { Name = "localhost", Policy = ClientCertificatePolicy.Required, ClientRoots = [pki.Ca] }],
        });
        await using TlsSession session = await Talk.OpenAsync(
            await OpensslPeer.LoopbackAsync(server.Port), OpensslInteropTests.Script(version) with { Credential = pki.Good });
        await Talk.AskAsync(session, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
        return session;
    }
}
