using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Tls.Hello;

namespace Sallyport.Tls.Wire;

/// <summary>A ServerHello or HelloRetryRequest as read, nothing judged.</summary>
/// <remarks>RFC 8446, sections 4.1.3 and 4.1.4; RFC 5246, section 7.4.1.3.</remarks>
internal sealed record ServerHelloMessage
{
    /// <summary>SHA-256 of "HelloRetryRequest": the random that turns a ServerHello into a retry.</summary>
    internal static ReadOnlySpan<byte> RetryRandom => [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
        0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C];

    internal required TlsVersion LegacyVersion { get; init; }

    internal required ImmutableArray<byte> Random { get; init; }

    internal required ImmutableArray<byte> SessionId { get; init; }

    internal required CipherSuite Suite { get; init; }

    internal required byte Compression { get; init; }

    internal required ImmutableArray<RawExtension> Extensions { get; init; }

    internal bool IsRetry { get; init; }

    /// <summary>supported_versions when it is there, otherwise the legacy field.</summary>
    internal required TlsVersion Version { get; init; }

    /// <summary>Group of the key share, or the group that a retry asks for.</summary>
    internal NamedGroup? KeyShareGroup { get; init; }

    internal ImmutableArray<byte> KeyShare { get; init; } = [];

    internal ImmutableArray<byte> Cookie { get; init; } = [];

    /// <summary>Index of the accepted pre-shared key.</summary>
    internal ushort? PreSharedKey { get; init; }

    internal static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ServerHelloMessage? message)
    {
        message = null;
        var reader = new TlsReader(body);
        ImmutableArray<RawExtension> extensions = [];
        if (!reader.TryU16(out ushort version) || !reader.TryBytes(32, out ReadOnlySpan<byte> random)
            || !reader.TryVector8(out ReadOnlySpan<byte> session) || !reader.TryU16(out ushort suite) || !reader.TryU8(out byte compression)
            || (!reader.IsEnd && (!reader.TryVector16(out ReadOnlySpan<byte> block) || !reader.IsEnd || !ExtensionList.TryRead(block, out extensions))))
        {
            return false;
        }

        bool retry = random.SequenceEqual(RetryRandom);
        var read = new ServerHelloMessage
        {
            LegacyVersion = (TlsVersion)version,
            Version = (TlsVersion)version,
            Random = ImmutableArray.Create(random),
            SessionId = ImmutableArray.Create(session),
            Suite = new CipherSuite(suite),
            Compression = compression,
            Extensions = extensions,
            IsRetry = retry,
        };
        return TryReadExtensions(read, out message);
    }

    private static bool TryReadExtensions(ServerHelloMessage read, [NotNullWhen(true)] out ServerHelloMessage? message)
    {
        message = null;
        if (ExtensionList.TryFind(read.Extensions, ExtensionType.SupportedVersions, out ReadOnlySpan<byte> body))
        {
            var reader = new TlsReader(body);
            if (!reader.TryU16(out ushort version) || !reader.IsEnd)
            {
                return false;
            }

            read = read with { Version = (TlsVersion)version };
        }

        if (ExtensionList.TryFind(read.Extensions, ExtensionType.KeyShare, out body))
        {
            var reader = new TlsReader(body);
            ReadOnlySpan<byte> share = default;
            if (!reader.TryU16(out ushort group) || (!read.IsRetry && !reader.TryVector16(out share)) || !reader.IsEnd)
            {
                return false;
            }

            read = read with { KeyShareGroup = new NamedGroup(group), KeyShare = ImmutableArray.Create(share) };
        }

        if (ExtensionList.TryFind(read.Extensions, ExtensionType.Cookie, out body))
        {
            var reader = new TlsReader(body);
            if (!reader.TryVector16(out ReadOnlySpan<byte> cookie) || !reader.IsEnd)
            {
                return false;
            }

            read = read with { Cookie = ImmutableArray.Create(cookie) };
        }

        if (ExtensionList.TryFind(read.Extensions, ExtensionType.PreSharedKey, out body))
        {
            var reader = new TlsReader(body);
            if (!reader.TryU16(out ushort index) || !reader.IsEnd)
            {
                return false;
            }

            read = read with { PreSharedKey = index };
        }

        message = read;
        return true;
    }
}
