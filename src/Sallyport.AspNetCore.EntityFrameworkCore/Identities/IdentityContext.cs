using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Identities;

/// <summary>The tables as Entity Framework sees them; the schema itself, with its triggers, is written in each database's own words.</summary>
internal sealed class IdentityContext(DbContextOptions<IdentityContext> options) : DbContext(options)
{
    public DbSet<IdentityRow> Identities => Set<IdentityRow>();

    public DbSet<MatchRow> Matches => Set<MatchRow>();

    public DbSet<RevokedRow> Revoked => Set<RevokedRow>();

    public DbSet<ChangeRow> Changes => Set<ChangeRow>();

    public DbSet<EpochRow> Epochs => Set<EpochRow>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<IdentityRow>(row =>
        {
            Table(row, IdentityTables.Identities);
            row.Property(identity => identity.Id).HasColumnName("id");
            row.Property(identity => identity.Name).HasColumnName("name");
            row.Property(identity => identity.Roles).HasColumnName("roles");
            row.Property(identity => identity.Scopes).HasColumnName("scopes");
            row.Property(identity => identity.Enabled).HasColumnName("enabled");
            row.Property(identity => identity.NotBefore).HasColumnName("not_before");
            row.Property(identity => identity.NotAfter).HasColumnName("not_after");
            PropertyBuilder<long> version = row.Property(identity => identity.Version).HasColumnName("version");
            version.Metadata.SetBeforeSaveBehavior(Microsoft.EntityFrameworkCore.Metadata.PropertySaveBehavior.Ignore);
            version.Metadata.SetAfterSaveBehavior(Microsoft.EntityFrameworkCore.Metadata.PropertySaveBehavior.Ignore);
        });
        modelBuilder.Entity<MatchRow>(row =>
        {
            Table(row, IdentityTables.Matches);
            row.Property(match => match.Id).HasColumnName("id");
            row.Property(match => match.IdentityId).HasColumnName("identity_id");
            row.Property(match => match.Kind).HasColumnName("kind");
            row.Property(match => match.Value).HasColumnName("value");
        });
        modelBuilder.Entity<RevokedRow>(row =>
        {
            Table(row, IdentityTables.Revoked);
            row.HasKey(revoked => revoked.Sha256);
            row.Property(revoked => revoked.Sha256).HasColumnName("sha256");
            row.Property(revoked => revoked.At).HasColumnName("at");
            row.Property(revoked => revoked.Reason).HasColumnName("reason");
        });
        modelBuilder.Entity<ChangeRow>(row =>
        {
            Table(row, IdentityTables.Changes);
            row.Property(change => change.Id).HasColumnName("id");
            row.Property(change => change.Epoch).HasColumnName("epoch");
            row.Property(change => change.At).HasColumnName("at");
            row.Property(change => change.By).HasColumnName("made_by");
            row.Property(change => change.Action).HasColumnName("action");
            row.Property(change => change.Name).HasColumnName("name");
            row.Property(change => change.Detail).HasColumnName("detail");
        });
        modelBuilder.Entity<EpochRow>(row =>
        {
            Table(row, IdentityTables.Epoch);
            row.Property(epoch => epoch.Id).HasColumnName("id");
            row.Property(epoch => epoch.Epoch).HasColumnName("epoch");
        });
    }

    private static void Table<T>(EntityTypeBuilder<T> row, string name)
        where T : class =>
        row.ToTable(name, table => table.HasTrigger(name + "_written"));
}
