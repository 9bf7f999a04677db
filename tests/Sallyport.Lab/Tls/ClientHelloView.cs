using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text;
using Sallyport.Tls;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Wire;

namespace Sallyport.Lab.Tls;

/// <summary>A ClientHello as a server reads it.</summary>
internal sealed class ClientHelloView
{
    private ClientHelloView(byte[] raw) => Raw = raw;

    public byte[] Raw { get; }

    public byte[] Random { get; private set; } = [];

    public byte[] SessionId { get; private set; } = [];

    public ImmutableArray<ushort> Suites { get; private set; } = [];

    public ImmutableArray<RawExtension> Extensions { get; private set; } = [];

    public string? ServerName { get; private set; }

    public ImmutableArray<ushort> Groups { get; private set; } = [];

    public ImmutableArray<ushort> Versions { get; private set; } = [];

    public Dictionary<ushort, byte[]> KeyShares { get; } = [];

    public List<string> Alpn { get; } = [];

    public byte[]? PskIdentity { get; private set; }

    public byte[] Binder { get; private set; } = [];

    public int BindersStart { get; private set; }

    public bool Has(ushort type) => ExtensionList.TryFind(Extensions, type, out _);

    public ReadOnlySpan<byte> Body(ushort type) => ExtensionList.TryFind(Extensions, type, out ReadOnlySpan<byte> body) ? body : default;

    public static ClientHelloView? Read(ReadOnlySpan<byte> raw)
    {
        var reader = new TlsReader(raw[4..]);
        if (!reader.TryU16(out _) || !reader.TryBytes(32, out ReadOnlySpan<byte> random) || !reader.TryVector8(out ReadOnlySpan<byte> session)
            || !reader.TryVector16(out ReadOnlySpan<byte> suites) || !reader.TryVector8(out _))
        {
            return null;
        }

        var view = new ClientHelloView(raw.ToArray()) { Random = random.ToArray(), SessionId = session.ToArray(), Suites = Numbers(suites) };
        if (reader.TryVector16(out ReadOnlySpan<byte> block) && ExtensionList.TryRead(block, out ImmutableArray<RawExtension> extensions))
        {
            view.Extensions = extensions;
            view.ReadExtensions();
        }

        return view;
    }

    private static ImmutableArray<ushort> Numbers(ReadOnlySpan<byte> list)
    {
        var numbers = ImmutableArray.CreateBuilder<ushort>();
        var reader = new TlsReader(list);
        while (reader.TryU16(out ushort number))
        {
            numbers.Add(number);
        }

        return numbers.ToImmutable();
    }

    private void ReadExtensions()
    {
        var names = new TlsReader(Body(ExtensionType.ServerName));
        if (names.TryVector16(out ReadOnlySpan<byte> list))
        {
            var entries = new TlsReader(list);
            if (entries.TryU8(out _) && entries.TryVector16(out ReadOnlySpan<byte> name))
            {
                ServerName = Encoding.Latin1.GetString(name);
            }
        }

        Groups = ExtensionList.TryReadNumbers(Body(ExtensionType.SupportedGroups), out ImmutableArray<ushort> groups) ? groups : [];
        var versions = new TlsReader(Body(ExtensionType.SupportedVersions));
        Versions = versions.TryVector8(out ReadOnlySpan<byte> offered) ? Numbers(offered) : [(ushort)TlsVersion.Tls12];
        var shares = new TlsReader(Body(ExtensionType.KeyShare));
        if (shares.TryVector16(out list))
        {
            var entries = new TlsReader(list);
            while (entries.TryU16(out ushort group) && entries.TryVector16(out ReadOnlySpan<byte> share))
            {
                KeyShares.TryAdd(group, share.ToArray());
            }
        }

        var protocols = new TlsReader(Body(ExtensionType.Alpn));
        if (protocols.TryVector16(out list))
        {
            var entries = new TlsReader(list);
            while (entries.TryVector8(out ReadOnlySpan<byte> protocol))
            {
                Alpn.Add(Encoding.Latin1.GetString(protocol));
            }
        }

        ReadPsk();
    }

    private void ReadPsk()
    {
        var reader = new TlsReader(Body(ExtensionType.PreSharedKey));
        if (!reader.TryVector16(out ReadOnlySpan<byte> identities))
        {
            return;
        }

        int tail = reader.Remaining;
        var entries = new TlsReader(identities);
        if (entries.TryVector16(out ReadOnlySpan<byte> identity) && reader.TryVector16(out ReadOnlySpan<byte> binders))
        {
            var values = new TlsReader(binders);
            PskIdentity = identity.ToArray();
            Binder = values.TryVector8(out ReadOnlySpan<byte> binder) ? binder.ToArray() : [];

            // pre_shared_key is the last extension, so what follows its identities is the end of the hello.
            BindersStart = Raw.Length - tail;
        }
    }
}
