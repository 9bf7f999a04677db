using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Client;

/// <summary>A script's hello made fit for an engine with keys: what it cannot speak is left out, keys and tickets are put in.</summary>
internal sealed class HelloPlan : IDisposable
{
    private readonly Dictionary<NamedGroup, EphemeralKey> _keys = [];
    private readonly ClientScript _script;
    private readonly TimeProvider _time;

    internal HelloPlan(ClientScript script, TimeProvider time)
    {
        if (script.MinimumVersion > script.MaximumVersion || script.Hello.Ssl2Hello || script.MinimumVersion < TlsVersion.Tls10)
        {
            throw new ArgumentException("The engine completes TLS 1.0 to 1.3; the script's versions are something else.", nameof(script));
        }

        _script = script;
        _time = time;
        Random = script.Hello.Random is { Length: 32 } given ? [.. given] : RandomNumberGenerator.GetBytes(32);
        Request = Fit(script);
        if (script.Resume is { } ticket && (ticket.Kind == SessionTicketKind.Tls13 ? !Offers13 : !Offers12))
        {
            throw new ArgumentException($"A ticket of {ticket.Version} cannot be offered when that version is not.", nameof(script));
        }
    }

    internal HelloRequest Request { get; private set; }

    internal byte[] Random { get; }

    internal bool Offers13 => Request.SupportedVersions.Contains(TlsVersion.Tls13);

    internal bool Offers12 => Request.SupportedVersions.IsEmpty || Request.SupportedVersions.Any(static version => version < TlsVersion.Tls13);

    /// <summary>The ticket offered as pre-shared key; null when none is (any more).</summary>
    internal SessionTicket? Psk => _script.Resume is { Kind: SessionTicketKind.Tls13 } ticket && !_pskDropped ? ticket : null;

    internal string? ServerName => Request.ServerNames.IsEmpty ? null : Encoding.Latin1.GetString(Request.ServerNames[0].AsSpan());

    private bool _pskDropped;

    public void Dispose()
    {
        foreach (EphemeralKey key in _keys.Values)
        {
            key.Dispose();
        }
    }

    internal EphemeralKey? Key(NamedGroup group) => _keys.GetValueOrDefault(group);

    /// <summary>Encodes the hello; the log holds what was said before it (nothing, or the folded hello and the retry).</summary>
    internal EncodedClientHello Encode(HandshakeLog log, ReadOnlySpan<byte> cookie, bool earlyData)
    {
        var shares = Request.KeyShareGroups?.Select(Share).ToImmutableArray();
        ImmutableArray<PskIdentity> identities = Psk is { } ticket
            ? [new PskIdentity(ticket.Identity, ObfuscatedAge(ticket), KeySchedule13.HashLength(PskHash(ticket)))]
            : [];
        var parts = new ClientHelloParts
        {
            Random = Random,
            KeyShares = shares,
            Cookie = cookie.ToArray(),
            EarlyData = earlyData,
            PreSharedKeys = identities,
        };
        EncodedClientHello hello = ClientHelloEncoder.Encode(Request, parts);
        if (Psk is { } psk)
        {
            HashAlgorithmName hash = PskHash(psk);
            byte[] binderKey = KeySchedule13.BinderKey(hash, KeySchedule13.EarlySecret(hash, psk.Secret));
            byte[] before = [.. log.Bytes, .. hello.Truncated];
            byte[] binder = KeySchedule13.FinishedMac(hash, binderKey, KeySchedule13.Hash(hash, before));
            binder.CopyTo(hello.Message, hello.BinderOffset(0, binder.Length));
        }

        return hello;
    }

    /// <summary>Takes a HelloRetryRequest in; null when it can be followed, else what the server chose.</summary>
    internal string? Retry(ServerHelloMessage retry, SuiteParameters suite)
    {
        if (retry.KeyShareGroup is { } group)
        {
            if (!EphemeralKey.Supports(group))
            {
                return $"group {group.Name}";
            }

            Request = Request with { KeyShareGroups = [group] };
        }

        // A pre-shared key of another hash cannot be bound to this transcript (RFC 8446, section 4.1.4).
        _pskDropped = Psk is { } ticket && PskHash(ticket) != suite.Hash;
        return null;
    }

    internal static HashAlgorithmName PskHash(SessionTicket ticket) =>
        SuiteParameters.TryFind(ticket.Suite.Value, out SuiteParameters? suite) ? suite.Hash : HashAlgorithmName.SHA256;

    private static HelloRequest Fit(ClientScript script)
    {
        HelloRequest hello = script.Hello;
        ImmutableArray<TlsVersion> versions =
            [.. hello.SupportedVersions.Where(version => version >= script.MinimumVersion && version <= script.MaximumVersion)];
        bool offers13 = versions.Contains(TlsVersion.Tls13);
        TlsVersion newestOld = script.MaximumVersion < TlsVersion.Tls12 ? script.MaximumVersion : TlsVersion.Tls12;
        HelloRequest fit = hello with
        {
            SupportedVersions = offers13 ? versions : [],
            LegacyVersion = hello.LegacyVersion < newestOld ? hello.LegacyVersion : newestOld,
            CipherSuites = [.. hello.CipherSuites.Where(suite => Speaks(suite, offers13))],
            Groups = [.. hello.Groups.Where(EphemeralKey.Supports)],
            KeyShareGroups = offers13 ? [.. (hello.KeyShareGroups ?? []).Where(EphemeralKey.Supports)] : null,
            OfferPskModes = offers13 && hello.OfferPskModes,
        };
        return script.Resume switch
        {
            { Kind: SessionTicketKind.Tls13 } => fit with { OfferPskModes = true },
            { Kind: SessionTicketKind.Tls12Ticket } ticket => fit with
            {
                OfferSessionTicket = true,
                SessionTicket = [.. ticket.Identity.Span],

                // A session id of ours lets an old server say "resumed" by echoing it (RFC 5077, section 3.4).
                SessionId = fit.SessionId.IsEmpty ? [.. RandomNumberGenerator.GetBytes(32)] : fit.SessionId,
                ExtendedMasterSecret = fit.ExtendedMasterSecret || ticket.ExtendedMasterSecret,
            },
            { Kind: SessionTicketKind.SessionId } ticket => fit with
            {
                SessionId = [.. ticket.Identity.Span],
                ExtendedMasterSecret = fit.ExtendedMasterSecret || ticket.ExtendedMasterSecret,
            },
            _ => fit,
        };
    }

    private static bool Speaks(CipherSuite suite, bool offers13) =>
        suite.IsScsv || suite.IsGrease
        || (SuiteParameters.TryFind(suite.Value, out SuiteParameters? found) && (offers13 || found.KeyExchange != SuiteKeyExchange.Tls13));

    private KeyShareEntry Share(NamedGroup group)
    {
        if (!_keys.TryGetValue(group, out EphemeralKey? key))
        {
            key = EphemeralKey.Create(group) ?? throw new InvalidOperationException("Groups without keys were left out before.");
            _keys.Add(group, key);
        }

        return new KeyShareEntry(group, key.PublicKey);
    }

    private uint ObfuscatedAge(SessionTicket ticket)
    {
        double milliseconds = Math.Max(0, (_time.GetUtcNow() - ticket.ReceivedAt).TotalMilliseconds);
        return unchecked((uint)(ulong)milliseconds + ticket.AgeAdd);
    }
}
