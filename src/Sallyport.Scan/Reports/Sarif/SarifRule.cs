using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Reports.Sarif;

/// <summary>A reporting descriptor: a rule, or one variant of a rule.</summary>
/// <param name="Id">Such as <c>TLS-003</c> or <c>TLS-003/rc4</c>.</param>
/// <param name="Info">The rule.</param>
/// <param name="Variant">The variant; <c>null</c> for the rule itself.</param>
internal sealed record SarifRule(string Id, CheckInfo Info, CheckVariant? Variant)
{
    /// <summary>The severity of its results; <c>null</c> for a rule of facts.</summary>
    public Severity? Severity => Variant?.Severity ?? Info.Severity;

    /// <summary>The descriptors of a report, in id order.</summary>
    public static ImmutableArray<SarifRule> Of(ScanReport report) =>
    [
        .. report.Rules.SelectMany(static rule => rule.Variants
            .Select(variant => new SarifRule($"{rule.Id}/{variant.Slug}", rule, variant))
            .Prepend(new(rule.Id, rule, null))),
    ];

    /// <summary>The place of a rule or variant; <c>null</c> when the report does not carry it.</summary>
    public static (string Id, int Index)? IndexOf(ImmutableArray<SarifRule> rules, string id, string? variant)
    {
        string name = variant is null ? id : $"{id}/{variant}";
        int index = rules.Index().Where(one => one.Item.Id == name).Select(static one => one.Index).DefaultIfEmpty(-1).First();
        return index < 0 ? null : (name, index);
    }
}
