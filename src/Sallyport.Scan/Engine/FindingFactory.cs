using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Engine;

/// <summary>Makes the finding of a check's flaw: severity, fingerprint, replay line and remedy are the engine's, never the check's.</summary>
/// <param name="request">What was asked.</param>
/// <param name="stack">The stack in front, given or detected.</param>
internal sealed class FindingFactory(ScanRequest request, ServerStack? stack)
{
    /// <summary>The finding of a failed probe.</summary>
    /// <exception cref="InvalidOperationException">The rule declares no severity, or not this variant: an error of the check.</exception>
    public Finding Of(CheckInfo rule, ProbeResult probe, Flaw flaw)
    {
        CheckVariant? variant = probe.Variant is null
            ? null
            : rule.Variants.FirstOrDefault(one => one.Slug == probe.Variant)
                ?? throw new InvalidOperationException($"{rule.Id} does not declare the variant it reported.");
        Severity severity = flaw.Severity ?? variant?.Severity ?? rule.Severity
            ?? throw new InvalidOperationException($"{rule.Id} declares no severity: it yields facts only.");
        return new()
        {
            Id = rule.Id,
            Variant = probe.Variant,
            Title = variant is null ? rule.Title : $"{rule.Title}: {variant.Title}",
            Category = rule.Category,
            Severity = severity,
            Confidence = flaw.Confidence,
            Operation = probe.Operation,
            Identity = probe.Identity,
            Expected = flaw.Expected,
            Observed = flaw.Observed,
            Evidence = flaw.Evidence,
            Replay = flaw.Replay ?? Replay(rule, probe),
            Fingerprint = Fingerprint(rule.Id, probe),
            Standards = rule.Standards,
            Remedy = RemedyFor(rule),
            Cause = flaw.Cause,
        };
    }

    private Remedy RemedyFor(CheckInfo rule) =>
        rule.Remedies.FirstOrDefault(remedy => stack is not null && remedy.Stack == stack)
        ?? rule.Remedies.FirstOrDefault(static remedy => remedy.Stack is null)
        ?? rule.Remedies.FirstOrDefault()
        ?? throw new InvalidOperationException($"{rule.Id} declares no remedy.");

    private string Fingerprint(string id, ProbeResult probe)
    {
        // Lengths keep the parts apart: a path may hold any separator.
        string text = string.Concat(new[] { id, probe.Variant, request.Target.ToString(), probe.Operation, probe.Identity }
            .Select(static part => part is null ? "-;" : $"{part.Length}:{part};"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }

    private string Replay(CheckInfo rule, ProbeResult probe)
    {
        var line = new StringBuilder("sallyport scan ").Append(Quoted(request.Target.ToString()));
        foreach (Identity identity in request.Identities.Where(static one => one.HasCertificate))
        {
            _ = line.Append(" --identity ").Append(Quoted(identity.Name)).Append("=\"$").Append(Variable(identity.Name)).Append("_PEM\"");
        }

        // A certificate that nobody gave was minted under the client's CA where the rule does that: without the CA there is nothing to show.
        bool minted = rule.Needs.Contains(Need.ClientCaKey) || (rule.MintsUnderClientCa && request.Identities.All(identity => identity.Name != probe.Identity));
        if (request.ClientAuthority?.Key is not null && minted)
        {
            _ = line.Append(" --client-ca \"$CLIENT_CA\" --client-ca-key \"$CLIENT_CA_KEY\"");
        }

        if (!request.ServerRoots.IsEmpty)
        {
            _ = line.Append(" --server-ca \"$SERVER_CA\"");
        }

        if (rule.Mode > ScanMode.Safe)
        {
            _ = line.Append(" --mode ").Append(rule.Mode.ToString().ToLowerInvariant());
        }

        _ = line.Append(" --checks ").Append(rule.Id);
        if (probe.Variant is not null)
        {
            _ = line.Append('/').Append(probe.Variant);
        }

        if (probe.Operation is { } operation)
        {
            bool declared = request.Operations.Any(one => one.DeclaredProtected && one.Name == operation);
            _ = line.Append(declared ? " --protected " : " --operation ").Append(Quoted(operation));
        }

        return line.ToString();
    }

    private static string Quoted(string word) =>
        word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or ':' or '=' or '@' or ',')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Variable(string name) =>
        string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
}
