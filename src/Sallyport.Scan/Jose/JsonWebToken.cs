using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sallyport.Scan.Jose;

/// <summary>A compact JWS whose payload is a JSON object (RFC 7519), exactly as it came. Nothing of it is trusted by reading it.</summary>
internal sealed class JsonWebToken
{
    /// <summary>The longest text that is read, in characters.</summary>
    public const int MaxLength = 512 * 1024;

    private readonly byte[] _signature;

    private JsonWebToken(string text, JoseObject header, JoseObject claims, byte[] signature) => (Compact, Header, Claims, _signature) = (text, header, claims, signature);

    /// <summary>The token as it came.</summary>
    public string Compact { get; }

    /// <summary>The header.</summary>
    public JoseObject Header { get; }

    /// <summary>The claims.</summary>
    public JoseObject Claims { get; }

    /// <summary>The signature; empty for none.</summary>
    public ReadOnlySpan<byte> Signature => _signature;

    /// <summary>The algorithm that the header names; empty when it names none.</summary>
    public string Algorithm => Header.Text("alg") ?? "";

    /// <summary>What is signed: header and payload as they stand in the text.</summary>
    public byte[] SigningInput => Encoding.ASCII.GetBytes(Compact[..Compact.LastIndexOf('.')]);

    /// <summary>The thumbprint of the certificate that the token is bound to (RFC 8705, section 3.1); <c>null</c> when it is bound to none.</summary>
    public string? BoundCertificate => Claims.Object("cnf")?.Text("x5t#S256");

    /// <summary>Reads a token. Never throws, whatever the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="token">The token.</param>
    /// <param name="fault">What is wrong, one clause, without a part of the text; <c>null</c> when it was read.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out JsonWebToken? token, [NotNullWhen(false)] out string? fault)
    {
        token = null;
        string[] parts = text is null || text.Length > MaxLength ? [] : text.Split('.', 6);
        fault = (text?.Length, parts.Length) switch
        {
            (null or 0, _) => "there is no text",
            ( > MaxLength, _) => "it is too long",
            (_, 5) => "it is encrypted (JWE): only its issuer and its reader see the claims",
            (_, 3) => null,
            _ => "it does not have three parts",
        };
        if (fault is not null)
        {
            return false;
        }

        if (Base64UrlText.Decode(parts[0]) is not { } head || Base64UrlText.Decode(parts[1]) is not { } payload || Base64UrlText.Decode(parts[2]) is not { } signature)
        {
            fault = "its parts are no base64url";
            return false;
        }

        if (!JoseObject.TryRead(head, out JoseObject? header, out fault))
        {
            fault = $"its header: {fault}";
            return false;
        }

        if (!JoseObject.TryRead(payload, out JoseObject? claims, out fault))
        {
            fault = $"its payload: {fault}";
            return false;
        }

        // The three parts come of a text that is not null.
        token = new(text!, header, claims, signature);
        fault = null;
        return true;
    }

    /// <summary>A token of a header, a payload and a signature.</summary>
    /// <param name="header">The header.</param>
    /// <param name="payload">The payload's bytes.</param>
    /// <param name="signature">The signature.</param>
    public static string Encode(JoseObject header, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature) =>
        $"{Base64UrlText.Encode(header.Bytes)}.{Base64UrlText.Encode(payload)}.{Base64UrlText.Encode(signature)}";

    /// <summary>A token of a header and claims, signed.</summary>
    /// <param name="header">The header; its <c>alg</c> is set to the signer's.</param>
    /// <param name="claims">The claims.</param>
    /// <param name="signer">Who signs.</param>
    public static string Sign(JoseObject header, JoseObject claims, JwsSigner signer) => Sign(header, claims.Bytes, signer);

    /// <summary>A token of a header and a payload, signed.</summary>
    /// <param name="header">The header; its <c>alg</c> is set to the signer's.</param>
    /// <param name="payload">The payload's bytes.</param>
    /// <param name="signer">Who signs.</param>
    public static string Sign(JoseObject header, ReadOnlySpan<byte> payload, JwsSigner signer)
    {
        JoseObject named = header.Text("alg") == signer.Algorithm ? header : header.WithText("alg", signer.Algorithm);
        string input = $"{Base64UrlText.Encode(named.Bytes)}.{Base64UrlText.Encode(payload)}";
        return $"{input}.{Base64UrlText.Encode(signer.Sign(Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>The same header and claims under another signature.</summary>
    /// <param name="signature">The signature.</param>
    public string WithSignature(ReadOnlySpan<byte> signature) => $"{Compact[..Compact.LastIndexOf('.')]}.{Base64UrlText.Encode(signature)}";

    /// <summary>The same token with one bit of the signature's first byte turned.</summary>
    /// <remarks>Not the last character: its low bits are padding that some readers drop, and the signature would still be right.</remarks>
    public string WithTurnedBit()
    {
        byte[] turned = [.. _signature];
        if (turned.Length == 0)
        {
            return WithSignature([0]);
        }

        turned[0] ^= 1;
        return WithSignature(turned);
    }

    /// <summary>Never the token: it is a credential.</summary>
    public override string ToString() => $"a JWT signed with {(Algorithm.Length == 0 ? "nothing" : Algorithm)}";

    /// <summary>The key identifiers that the header names: kid, x5t and x5t#S256.</summary>
    public ImmutableArray<string> KeyNames => [.. Header.Texts("kid"), .. Header.Texts("x5t#S256"), .. Header.Texts("x5t")];
}
