using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.Json;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>What a server should offer, as one of our own versioned data files says it.</summary>
internal sealed record PostureProfile
{
    private const string Folder = "Sallyport.Scan.Checks.Channel.Profiles.";

    private static readonly ImmutableArray<string> s_names = ["modern", "intermediate", "nist-52r2", "bcp195", "fapi"];

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The version of the data.</summary>
    public required string Version { get; init; }

    /// <summary>Versions that must be spoken, as people write them.</summary>
    public ImmutableArray<string> Required { get; init; } = [];

    /// <summary>Versions that may be spoken.</summary>
    public ImmutableArray<string> Allowed { get; init; } = [];

    /// <summary>Suites that may be accepted, by registered name; empty when the other properties decide.</summary>
    public ImmutableArray<string> Suites { get; init; } = [];

    /// <summary>How the names of allowed encryptions begin; empty for any.</summary>
    public ImmutableArray<string> Encryption { get; init; } = [];

    /// <summary>Whether only ephemeral keys may be used.</summary>
    public bool ForwardSecret { get; init; }

    /// <summary>Whether only authenticated encryption may be used.</summary>
    public bool AuthenticatedEncryption { get; init; }

    /// <summary>The least strength of encryption in bits.</summary>
    public int MinimumBits { get; init; }

    /// <summary>All profiles, from the resources of this assembly.</summary>
    public static ImmutableArray<PostureProfile> LoadAll() => [.. s_names.Select(Load)];

    /// <summary>What of a server does not fit.</summary>
    /// <param name="versions">What the server speaks.</param>
    /// <returns>One line each; empty when everything that was seen fits.</returns>
    public ImmutableArray<string> Deviations(SpokenVersions versions)
    {
        List<string> found = [];
        ImmutableArray<string> spoken = [.. versions.Spoken.Select(static one => SpokenVersions.Name(one.Version))];
        found.AddRange(Required.Except(spoken).Select(static missing => $"{missing} is missing"));
        found.AddRange(spoken.Except(Allowed).Select(static extra => $"{extra} is spoken"));
        foreach (VersionInventory version in versions.Spoken.Where(one => Allowed.Contains(SpokenVersions.Name(one.Version))))
        {
            ImmutableArray<CipherSuite> extra = [.. version.Suites.Where(suite => !Allows(suite))];
            if (!extra.IsEmpty)
            {
                found.Add($"{SpokenVersions.Name(version.Version)} takes {ChannelOutcome.List(extra)}");
            }
        }

        return [.. found];
    }

    private static PostureProfile Load(string name)
    {
        using Stream stream = typeof(PostureProfile).Assembly.GetManifestResourceStream(Folder + name + ".json")
            ?? throw new InvalidOperationException($"The profile {name} is not in the assembly.");
        using JsonDocument document = JsonDocument.Parse(stream);
        JsonElement root = document.RootElement;
        return new()
        {
            Name = Text(root, "name"),
            Version = Text(root, "version"),
            Required = Texts(root, "required"),
            Allowed = Texts(root, "allowed"),
            Suites = Texts(root, "suites"),
            Encryption = Texts(root, "encryption"),
            ForwardSecret = root.TryGetProperty("forwardSecret", out JsonElement secret) && secret.GetBoolean(),
            AuthenticatedEncryption = root.TryGetProperty("authenticatedEncryption", out JsonElement aead) && aead.GetBoolean(),
            MinimumBits = root.TryGetProperty("minimumBits", out JsonElement bits) ? bits.GetInt32() : 0,
        };
    }

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? "";

    private static ImmutableArray<string> Texts(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement list) ? [.. list.EnumerateArray().Select(static item => item.GetString() ?? "")] : [];

    private bool Allows(CipherSuite suite) =>
        (Suites.IsEmpty || Suites.Contains(suite.Name))
        && (Encryption.IsEmpty || Encryption.Any(start => suite.Encryption.StartsWith(start, StringComparison.Ordinal)))
        && (!ForwardSecret || suite.IsForwardSecret)
        && (!AuthenticatedEncryption || suite.IsAead)
        && suite.StrengthBits >= MinimumBits
        && !suite.IsAnonymous && !suite.IsNull;
}
