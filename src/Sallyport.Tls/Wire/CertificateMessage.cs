using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Tls.Hello;

namespace Sallyport.Tls.Wire;

/// <summary>A Certificate message of either shape, certificates as raw DER.</summary>
/// <remarks>RFC 5246, section 7.4.2; RFC 8446, section 4.4.2.</remarks>
internal sealed record CertificateMessage
{
    private const int MaxCertificates = 1000;

    internal ImmutableArray<byte> Context { get; init; } = [];

    internal ImmutableArray<ImmutableArray<byte>> Chain { get; init; } = [];

    /// <summary>The leaf's stapled OCSP answer (TLS 1.3); empty when there is none.</summary>
    internal ImmutableArray<byte> OcspResponse { get; init; } = [];

    /// <summary>The leaf's extensions (TLS 1.3).</summary>
    internal ImmutableArray<RawExtension> LeafExtensions { get; init; } = [];

    internal static bool TryRead12(ReadOnlySpan<byte> body, [NotNullWhen(true)] out CertificateMessage? message)
    {
        message = null;
        var reader = new TlsReader(body);
        if (!reader.TryVector24(out ReadOnlySpan<byte> list) || !reader.IsEnd)
        {
            return false;
        }

        var items = new TlsReader(list);
        ImmutableArray<ImmutableArray<byte>>.Builder chain = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        while (!items.IsEnd)
        {
            if (!items.TryVector24(out ReadOnlySpan<byte> certificate) || chain.Count == MaxCertificates)
            {
                return false;
            }

            chain.Add(ImmutableArray.Create(certificate));
        }

        message = new CertificateMessage { Chain = chain.ToImmutable() };
        return true;
    }

    internal static bool TryRead13(ReadOnlySpan<byte> body, [NotNullWhen(true)] out CertificateMessage? message)
    {
        message = null;
        var reader = new TlsReader(body);
        if (!reader.TryVector8(out ReadOnlySpan<byte> context) || !reader.TryVector24(out ReadOnlySpan<byte> list) || !reader.IsEnd)
        {
            return false;
        }

        var items = new TlsReader(list);
        ImmutableArray<ImmutableArray<byte>>.Builder chain = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        ImmutableArray<RawExtension> leaf = [];
        while (!items.IsEnd)
        {
            if (!items.TryVector24(out ReadOnlySpan<byte> certificate) || !items.TryVector16(out ReadOnlySpan<byte> block)
                || !ExtensionList.TryRead(block, out ImmutableArray<RawExtension> extensions) || chain.Count == MaxCertificates)
            {
                return false;
            }

            leaf = chain.Count == 0 ? extensions : leaf;
            chain.Add(ImmutableArray.Create(certificate));
        }

        ImmutableArray<byte> ocsp = ExtensionList.TryFind(leaf, ExtensionType.StatusRequest, out ReadOnlySpan<byte> status) ? ReadStatus(status) : [];
        message = new CertificateMessage
        {
            Context = ImmutableArray.Create(context),
            Chain = chain.ToImmutable(),
            LeafExtensions = leaf,
            OcspResponse = ocsp,
        };
        return true;
    }

    /// <summary>The OCSP answer in a CertificateStatus; empty when it holds none.</summary>
    /// <remarks>RFC 6066, section 8.</remarks>
    internal static ImmutableArray<byte> ReadStatus(ReadOnlySpan<byte> body)
    {
        var reader = new TlsReader(body);
        return reader.TryU8(out byte type) && type == 1 && reader.TryVector24(out ReadOnlySpan<byte> answer) && reader.IsEnd
            ? ImmutableArray.Create(answer)
            : [];
    }
}
