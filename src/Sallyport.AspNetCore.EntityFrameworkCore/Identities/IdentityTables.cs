namespace Sallyport.AspNetCore.EntityFrameworkCore.Identities;

/// <summary>The names of the tables, the same in every database.</summary>
internal static class IdentityTables
{
    public const string Schema = "sallyport_schema";
    public const string Epoch = "sallyport_epoch";
    public const string Identities = "sallyport_identities";
    public const string Matches = "sallyport_identity_matches";
    public const string Revoked = "sallyport_revoked_certificates";
    public const string Changes = "sallyport_identity_changes";

    /// <summary>The channel that PostgreSQL speaks on.</summary>
    public const string Channel = "sallyport_identities";
}
