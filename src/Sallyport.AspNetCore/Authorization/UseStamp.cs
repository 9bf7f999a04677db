using System;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>What an authorization was true for. A fact with its versions, compared again before anything is kept; never a permission.</summary>
public sealed record UseStamp
{
    /// <summary>The kind of resource.</summary>
    public required Type ResourceType { get; init; }

    /// <summary>The resource's key; null for one that is to be made.</summary>
    public string? Key { get; init; }

    /// <summary>What was authorized.</summary>
    public required string Operation { get; init; }

    /// <summary>The version that the resource was read in; null for one that is to be made.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>The account's name.</summary>
    public required string Identity { get; init; }

    /// <summary>The account's version.</summary>
    public required long IdentityVersion { get; init; }

    /// <summary>The epoch of the trust state that the certificate was good by.</summary>
    public required long TrustEpoch { get; init; }
}
