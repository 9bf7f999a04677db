using System;
using System.Collections.Frozen;
using OrdersApi.App.Data;
using OrdersApi.App.Http;
using OrdersApi.App.Sessions;
using OrdersApi.App.Tokens;

namespace OrdersApi.App;

/// <summary>What the areas of the API share.</summary>
internal sealed class Shop : IDisposable
{
    public Shop(FrozenSet<Weakness> weak, OrdersPki pki, Func<string> origin, Func<string> issuer, TimeProvider time)
    {
        Weak = weak;
        Time = time;
        Origin = origin;
        Issuer = issuer;
        Seed = new Seed(Data, pki.Everyone, weak.Contains(Weakness.NoCaps));
        Accounts = new AccountDirectory(pki.Everyone, Data, weak, time);
        Mint = new TokenMint(weak, time);
        Tokens = new TokenVerifier(weak, Mint, new TokenFlaws(weak, Mint, Data), issuer, time);
        Sessions = new SessionStore(time);
    }

    public FrozenSet<Weakness> Weak { get; }

    public TimeProvider Time { get; }

    /// <summary>The API's own address, without a slash at its end.</summary>
    public Func<string> Origin { get; }

    /// <summary>The issuer of its tokens: its own address, or a name.</summary>
    public Func<string> Issuer { get; }

    public Database Data { get; } = new();

    public Seed Seed { get; }

    public AccountDirectory Accounts { get; }

    public TokenMint Mint { get; }

    public TokenVerifier Tokens { get; }

    public SessionStore Sessions { get; }

    /// <summary>What is asked in every transaction that changes something of somebody.</summary>
    public required ILastLook Look { get; init; }

    /// <summary>What <see cref="Weakness.SharedAnswer"/> passes profiles through.</summary>
    public Versioned<Profile>? Passing { get; set; }

    public bool Has(Weakness weakness) => Weak.Contains(weakness);

    public void Dispose()
    {
        Mint.Dispose();
        Data.Dispose();
    }
}
