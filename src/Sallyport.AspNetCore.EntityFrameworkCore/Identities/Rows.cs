namespace Sallyport.AspNetCore.EntityFrameworkCore.Identities;

/// <summary>A row of the identities. Its version is written by the database alone.</summary>
internal sealed class IdentityRow
{
    public long Id { get; set; }

    public required string Name { get; set; }

    /// <summary>A JSON array of strings.</summary>
    public required string Roles { get; set; }

    /// <summary>A JSON array of strings.</summary>
    public required string Scopes { get; set; }

    public bool Enabled { get; set; }

    /// <summary>Milliseconds of the Unix epoch, here and below.</summary>
    public long? NotBefore { get; set; }

    public long? NotAfter { get; set; }

    public long Version { get; private set; }
}

/// <summary>A row of what makes a certificate an identity's.</summary>
internal sealed class MatchRow
{
    public long Id { get; set; }

    public long IdentityId { get; set; }

    public required string Kind { get; set; }

    public required string Value { get; set; }
}

/// <summary>A certificate that is nobody's any more.</summary>
internal sealed class RevokedRow
{
    public required string Sha256 { get; set; }

    public long At { get; set; }

    public required string Reason { get; set; }
}

/// <summary>One change, recorded in its own transaction.</summary>
internal sealed class ChangeRow
{
    public long Id { get; set; }

    public long Epoch { get; set; }

    public long At { get; set; }

    public required string By { get; set; }

    public required string Action { get; set; }

    public required string Name { get; set; }

    public required string Detail { get; set; }
}

/// <summary>The one row with the number of the latest change.</summary>
internal sealed class EpochRow
{
    public int Id { get; set; }

    public long Epoch { get; set; }
}
