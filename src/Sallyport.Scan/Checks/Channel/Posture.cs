using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-024: the channel held against published profiles.</summary>
internal sealed class Posture : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-024",
        Title = "The channel compared with published profiles",
        Category = Category.Encryption,
        Severity = null,
        Standards = new() { Cwe = [326], OwaspApi = ["API8:2023"], PciDss = ["4.2.1", "12.3.3"], Asvs = ["12.1.1", "12.1.2"] },
        Needs = [Need.Tls],
        Why = "Auditors and customers ask for a profile by name. Knowing what keeps a server out of one is more use than a grade.",
        Impact = "None by itself: what is weak has a rule of its own.",
        How = "The versions and suites that other rules of the channel enumerated are compared with this tool's own versioned data files for each profile. Nothing more is sent.",
        Sources = ["RFC 9325", "NIST SP 800-52 Rev. 2", "FAPI 1.0 Advanced, section 8.5"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        if (versions.Spoken.IsEmpty || versions.Doubt is not null)
        {
            return CheckResult.NotTested($"not everything that is offered is known ({versions.Doubt ?? "no hello was answered"})");
        }

        return CheckResult.Passed() with { Facts = [.. PostureProfile.LoadAll().Select(profile => Compare(profile, versions))] };
    }

    private Fact Compare(PostureProfile profile, SpokenVersions versions)
    {
        ImmutableArray<string> deviations = profile.Deviations(versions);
        return new(Info.Id, $"Profile {profile.Name} ({profile.Version})", deviations.IsEmpty ? "fits" : string.Join("; ", deviations));
    }
}
