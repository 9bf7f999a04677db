using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using Sallyport.Tls.Hello;

namespace Sallyport.Tls.Wire;

/// <summary>Reads a CertificateRequest of either shape.</summary>
/// <remarks>RFC 5246, section 7.4.4; RFC 8446, section 4.3.2.</remarks>
internal static class CertificateRequestMessage
{
    private const int MaxNames = 10_000;

    /// <summary>TLS 1.2 and before; the list of schemes is there from 1.2 on.</summary>
    internal static bool TryRead12(ReadOnlySpan<byte> body, TlsVersion version, [NotNullWhen(true)] out CertificateRequestFacts? facts)
    {
        facts = null;
        var reader = new TlsReader(body);
        ImmutableArray<ushort> schemes = [];
        if (!reader.TryVector8(out ReadOnlySpan<byte> types))
        {
            return false;
        }

        if (version >= TlsVersion.Tls12)
        {
            ReadOnlySpan<byte> before = reader.Rest;
            if (!reader.TryVector16(out ReadOnlySpan<byte> list) || !ExtensionList.TryReadNumbers(before[..(list.Length + 2)], out schemes))
            {
                return false;
            }
        }

        if (!reader.TryVector16(out ReadOnlySpan<byte> names) || !reader.IsEnd || !TryReadNames(names, out ImmutableArray<ImmutableArray<byte>> authorities))
        {
            return false;
        }

        facts = new CertificateRequestFacts
        {
            CertificateTypes = ImmutableArray.Create(types),
            SignatureSchemes = Schemes(schemes),
            AuthorityNames = authorities,
        };
        return true;
    }

    internal static bool TryRead13(ReadOnlySpan<byte> body, [NotNullWhen(true)] out CertificateRequestFacts? facts)
    {
        facts = null;
        var reader = new TlsReader(body);
        if (!reader.TryVector8(out ReadOnlySpan<byte> context) || !reader.TryVector16(out ReadOnlySpan<byte> block) || !reader.IsEnd
            || !ExtensionList.TryRead(block, out ImmutableArray<RawExtension> extensions))
        {
            return false;
        }

        ImmutableArray<ushort> schemes = [];
        ImmutableArray<ushort> certificateSchemes = [];
        ImmutableArray<ImmutableArray<byte>> authorities = [];
        if (ExtensionList.TryFind(extensions, ExtensionType.SignatureAlgorithms, out ReadOnlySpan<byte> found) && !ExtensionList.TryReadNumbers(found, out schemes))
        {
            return false;
        }

        if (ExtensionList.TryFind(extensions, ExtensionType.SignatureAlgorithmsCert, out found) && !ExtensionList.TryReadNumbers(found, out certificateSchemes))
        {
            return false;
        }

        if (ExtensionList.TryFind(extensions, ExtensionType.CertificateAuthorities, out found))
        {
            var list = new TlsReader(found);
            if (!list.TryVector16(out ReadOnlySpan<byte> names) || !list.IsEnd || !TryReadNames(names, out authorities))
            {
                return false;
            }
        }

        facts = new CertificateRequestFacts
        {
            Context = ImmutableArray.Create(context),
            SignatureSchemes = Schemes(schemes),
            SignatureSchemesCert = Schemes(certificateSchemes),
            AuthorityNames = authorities,
            Extensions = extensions,
        };
        return true;
    }

    private static ImmutableArray<SignatureScheme> Schemes(ImmutableArray<ushort> numbers) =>
        [.. numbers.Select(static number => new SignatureScheme(number))];

    private static bool TryReadNames(ReadOnlySpan<byte> list, out ImmutableArray<ImmutableArray<byte>> names)
    {
        names = [];
        var reader = new TlsReader(list);
        ImmutableArray<ImmutableArray<byte>>.Builder found = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        while (!reader.IsEnd)
        {
            if (!reader.TryVector16(out ReadOnlySpan<byte> name) || found.Count == MaxNames)
            {
                return false;
            }

            found.Add(ImmutableArray.Create(name));
        }

        names = found.ToImmutable();
        return true;
    }
}
