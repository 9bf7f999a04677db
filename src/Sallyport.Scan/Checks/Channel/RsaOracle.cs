using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Numerics;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Certificates;
using Sallyport.Scan.Findings;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>Whether a server tells well-formed from malformed RSA-encrypted secrets (Bleichenbacher, ROBOT).</summary>
internal static class RsaOracle
{
    private const int Repeats = 3;
    private const int SecretLength = 48;

    private static readonly ImmutableArray<string> s_shapes = ["well-formed", "wrong first bytes", "delimiter one byte early", "no delimiter", "wrong version"];

    /// <summary>Asks with five shapes, three times each.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="versions">What is spoken.</param>
    /// <param name="classic">The version to ask in.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<Outcome> JudgeAsync(CheckContext context, SpokenVersions versions, TlsVersion classic, CancellationToken cancellationToken)
    {
        VersionInventory inventory = versions.Of(classic);
        ImmutableArray<CipherSuite> suites = [.. inventory.Suites.Where(static suite => suite.KeyExchange == "RSA")];
        if (suites.IsEmpty)
        {
            return inventory.IsComplete
                ? new Outcome.NotApplicable("the server accepts no suite with RSA key transport")
                : new Outcome.NotTested($"not every suite could be asked for ({inventory.Reason})");
        }

        RawDialog dialog = new(context);
        HelloRequest hello = context.Channel.Hello(classic, suites) with { ExtendedMasterSecret = false, EncryptThenMac = false };
        bool asked = false;
        string? control = await dialog.RunAsync(
            hello,
            flight =>
            {
                asked = flight.CertificateRequest is not null;
                return asked ? RawDialog.Record(22, classic, EmptyCertificate) : [];
            },
            cancellationToken).ConfigureAwait(false);
        if (control is null || (asked && control != RawDialog.Silence))
        {
            return new Outcome.NotTested(control is null
                ? "the server's flight with RSA key transport could not be read"
                : $"the server refuses a client without a certificate before it reads the secret ({control})");
        }

        List<(string Shape, ImmutableArray<string> Reactions)> seen = [];
        for (int shape = 0; shape < s_shapes.Length; shape++)
        {
            int current = shape;
            ImmutableArray<string>.Builder reactions = ImmutableArray.CreateBuilder<string>();
            for (int round = 0; round < Repeats; round++)
            {
                string? reaction = await dialog.RunAsync(hello, flight => Flight(flight, classic, current), cancellationToken).ConfigureAwait(false);
                if (reaction is null)
                {
                    return new Outcome.NotTested("one of the dialogs did not get as far as the secret");
                }

                reactions.Add(reaction);
            }

            seen.Add((s_shapes[shape], reactions.ToImmutable()));
        }

        return Judge(seen);
    }

    /// <summary>Judges what was seen.</summary>
    /// <param name="seen">Each shape with its reactions.</param>
    internal static Outcome Judge(IReadOnlyList<(string Shape, ImmutableArray<string> Reactions)> seen)
    {
        string table = string.Join(Environment.NewLine, seen.Select(static one => $"{one.Shape}: {string.Join(", ", one.Reactions)}"));
        if (seen.Any(static one => one.Reactions.Distinct().Count() > 1))
        {
            return new Outcome.NotTested("the same shape was answered differently on repetition, so differences between shapes prove nothing");
        }

        ImmutableArray<string> kinds = [.. seen.Select(static one => one.Reactions[0]).Distinct()];
        return kinds switch
        {
            [RawDialog.Silence] => new Outcome.NotTested("the server answered none of the shapes in time"),
            [_] => new Outcome.Passed(),
            _ => ChannelOutcome.Failed(
                "one reaction to every shape",
                $"the server reacts to the shape of the decrypted secret in {kinds.Length} ways, the same each time",
                ChannelOutcome.Listed("reactions", "ClientKeyExchange in five shapes, three times each", table)),
        };
    }

    /// <summary>An encoded secret of a shape, as long as the modulus.</summary>
    /// <param name="shape">Its index.</param>
    /// <param name="length">Bytes of the modulus.</param>
    internal static byte[] Encoded(int shape, int length)
    {
        byte[] block = new byte[length];
        // No zero byte by chance: only the delimiter may be one.
        RandomNumberGenerator.GetItems<byte>([.. Enumerable.Range(1, 255).Select(static value => (byte)value)], block);
        (block[0], block[1]) = shape == 1 ? ((byte)0x41, (byte)0x17) : ((byte)0, (byte)2);
        int secret = length - SecretLength;
        if (shape != 3)
        {
            block[shape == 2 ? secret - 2 : secret - 1] = 0;
        }

        (block[secret], block[secret + 1]) = shape == 4 ? ((byte)2, (byte)2) : ((byte)3, (byte)3);
        return block;
    }

    private static byte[] EmptyCertificate => [11, 0, 0, 3, 0, 0, 0];

    private static byte[] Flight(ServerFlight flight, TlsVersion version, int shape)
    {
        if (flight.Certificates.IsEmpty || !CertificateProfile.TryRead(flight.Certificates[0].AsSpan(), out CertificateProfile? leaf, out _) || leaf.PublicKey.Kind != PublicKeyKind.Rsa)
        {
            return [];
        }

        using RSA key = RSA.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(leaf.PublicKey.SubjectPublicKeyInfo.Span, out _);
        }
        catch (CryptographicException)
        {
            return [];
        }

        RSAParameters numbers = key.ExportParameters(includePrivateParameters: false);
        int length = numbers.Modulus?.Length ?? 0;
        if (length is < 128 or > 2048)
        {
            return [];
        }

        byte[] encrypted = Encrypt(Encoded(shape, length), numbers, length);
        byte[] message = [16, 0, (byte)((length + 2) >> 8), (byte)(length + 2), (byte)(length >> 8), (byte)length, .. encrypted];
        byte[] finished = RandomNumberGenerator.GetBytes(64);
        return
        [
            .. flight.CertificateRequest is null ? [] : RawDialog.Record(22, version, EmptyCertificate),
            .. RawDialog.Record(22, version, message),
            .. RawDialog.Record(20, version, [1]),
            .. RawDialog.Record(22, version, finished),
        ];
    }

    private static byte[] Encrypt(byte[] block, RSAParameters numbers, int length)
    {
        var value = new BigInteger(block, isUnsigned: true, isBigEndian: true);
        var modulus = new BigInteger(numbers.Modulus, isUnsigned: true, isBigEndian: true);
        var exponent = new BigInteger(numbers.Exponent, isUnsigned: true, isBigEndian: true);
        byte[] raw = BigInteger.ModPow(value, exponent, modulus).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] padded = new byte[length];
        raw.CopyTo(padded, length - raw.Length);
        return padded;
    }
}
