using System.Linq;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Tests.Wire;

public sealed class HandshakeMessageTests
{
    private static readonly byte[] Schemes = [0, 4, 4, 3, 8, 4];

    [Fact]
    public void A_ServerHello_without_extension_block_is_read()
    {
        ServerHelloMessage.TryRead(SyntheticFlight.ServerHello(0x002F).Written, out ServerHelloMessage? hello).ShouldBeTrue();
        hello.ShouldNotBeNull().Extensions.ShouldBeEmpty();
        hello.SessionId.ShouldBe([7, 7, 7]);
        hello.Version.ShouldBe(TlsVersion.Tls12);
    }

    [Fact]
    public void Bytes_after_the_extension_block_are_refused()
    {
        byte[] body = [.. SyntheticFlight.ServerHello(0x002F, extensions: (23, [])).ToArray(), 0];
        ServerHelloMessage.TryRead(body, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_pre_shared_key_index_is_read()
    {
        ServerHelloMessage.TryRead(SyntheticFlight.ServerHello(0x1301, extensions: [(43, [3, 4]), (41, [0, 1])]).Written, out ServerHelloMessage? hello).ShouldBeTrue();
        hello.ShouldNotBeNull().PreSharedKey.ShouldBe((ushort)1);
        hello.Version.ShouldBe(TlsVersion.Tls13);
    }

    [Fact]
    public void A_CertificateRequest_of_TLS_1_3_gives_schemes_names_and_context()
    {
        TlsWriter body = new TlsWriter().Vector(1, [1, 2]);
        int mark = body.Begin(2);
        body.U16(13).Vector(2, Schemes).U16(50).Vector(2, [0, 2, 2, 1]).U16(47).Vector(2, [0, 4, 0, 2, 0x30, 0]);
        body.End(mark, 2);
        CertificateRequestMessage.TryRead13(body.Written, out CertificateRequestFacts? facts).ShouldBeTrue();
        facts.ShouldNotBeNull().SignatureSchemes.Select(static scheme => scheme.Value).ShouldBe([(ushort)0x0403, (ushort)0x0804]);
        facts.SignatureSchemesCert.ShouldBe([SignatureScheme.RsaPkcs1Sha1]);
        facts.AuthorityNames.Single().ShouldBe([0x30, 0]);
        facts.Context.ShouldBe([1, 2]);
    }

    [Fact]
    public void A_CertificateRequest_before_TLS_1_2_has_no_schemes()
    {
        byte[] body = new TlsWriter().Vector(1, [1]).Vector(2, [0, 2, 0x30, 0]).ToArray();
        CertificateRequestMessage.TryRead12(body, TlsVersion.Tls11, out CertificateRequestFacts? facts).ShouldBeTrue();
        facts.ShouldNotBeNull().AuthorityNames.Length.ShouldBe(1);
        facts.SignatureSchemes.ShouldBeEmpty();
        CertificateRequestMessage.TryRead12(body, TlsVersion.Tls12, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_TLS_1_3_Certificate_gives_chain_and_stapled_answer()
    {
        TlsWriter body = new TlsWriter().Vector(1, []);
        int list = body.Begin(3);
        body.Vector(3, [0x30, 1]);
        int block = body.Begin(2);
        body.U16(5).Vector(2, [1, 0, 0, 2, 6, 6]).End(block, 2).Vector(3, [0x30, 2]).Vector(2, []).End(list, 3);
        CertificateMessage.TryRead13(body.Written, out CertificateMessage? message).ShouldBeTrue();
        message.ShouldNotBeNull().Chain.Length.ShouldBe(2);
        message.OcspResponse.ShouldBe([6, 6]);
    }

    [Fact]
    public void Explicit_Diffie_Hellman_parameters_give_their_bits()
    {
        byte[] prime = [0, 0x7F, .. new byte[127]];
        byte[] body = new TlsWriter().Vector(2, prime).Vector(2, [2]).Vector(2, [1, 0]).U16(0x0401).Vector(2, [9]).ToArray();
        ServerKeyExchangeMessage.TryRead(body, new CipherSuite(0x0033), TlsVersion.Tls12, out ServerKeyExchangeMessage? message).ShouldBeTrue();
        KeyExchangeFacts facts = message.ShouldNotBeNull().Facts;
        (facts.DhPrimeBits, facts.DhGeneratorBits, facts.PublicValueBits, facts.IsSigned).ShouldBe((1023, 2, 9, true));
        facts.Signature.ShouldBe(SignatureScheme.RsaPkcs1Sha256);
        message.SignedParameters.Length.ShouldBe(2 + 129 + 2 + 1 + 2 + 2);
    }

    [Fact]
    public void An_anonymous_exchange_has_no_signature()
    {
        byte[] body = new TlsWriter().U8(3).U16(23).Vector(1, new byte[65]).ToArray();
        ServerKeyExchangeMessage.TryRead(body, new CipherSuite(0xC018), TlsVersion.Tls12, out ServerKeyExchangeMessage? message).ShouldBeTrue();
        message.ShouldNotBeNull().Facts.ShouldSatisfyAllConditions(static f => f.IsSigned.ShouldBeFalse(), static f => f.Group.ShouldBe(NamedGroup.Secp256R1));
    }

    [Fact]
    public void Tickets_of_both_versions_are_read()
    {
        byte[] old = new TlsWriter().U32(300).Vector(2, [1, 2, 3]).ToArray();
        NewSessionTicketMessage.TryRead12(old, out NewSessionTicketMessage? ticket).ShouldBeTrue();
        (ticket.ShouldNotBeNull().LifetimeSeconds, ticket.Ticket.Length).ShouldBe((300u, 3));
        byte[] modern = new TlsWriter().U32(7200).U32(42).Vector(1, [0]).Vector(2, [9]).Vector(2, [0, 42, 0, 4, 0, 0, 64, 0]).ToArray();
        NewSessionTicketMessage.TryRead13(modern, out ticket).ShouldBeTrue();
        (ticket.ShouldNotBeNull().AgeAdd, ticket.MaxEarlyData).ShouldBe((42u, (uint?)16384));
    }
}
