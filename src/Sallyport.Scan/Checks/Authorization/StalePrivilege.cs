using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-014: whether a credential keeps the role that its account has lost.</summary>
internal sealed class StalePrivilege : Check
{
    private const int MaxTargets = 3;
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-014",
        Title = "A credential keeps the role that its account has lost",
        Category = Category.FunctionAuthorization,
        Severity = Severity.High,
        Mode = ScanMode.Intrusive,
        Standards = new() { Cwe = [613, 367], OwaspApi = ["API1:2023", "API5:2023"], PciDss = ["7.2.4", "8.2.5"], Asvs = ["8.3.2"] },
        Needs = [Need.Caller, Need.Admin, Need.Operations],
        Why = "The role was copied into a token, a session or a cache when its owner signed in, and is believed from then on. Taking the role away changes the account and not the copy.",
        Impact = "Whoever was dismissed, demoted or found out keeps what they had until the copy ends by itself.",
        How = "An administrator gives a second account the administrators' role, the account calls an administrators' operation, and the role is taken away again (or, with two "
            + "administrators, one lowers the other and raises it again). The same credential still served what only administrators get, two seconds after the lowered role was read back, is a finding.",
        Sources = ["CWE-613", "OWASP ASVS 5.0, 8.3.2 (changes of authorization are applied at once)"],
        Remedies = RereadPermissions.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        Identity? admin = context.Api.Admin;
        Operation? change = context.Api.Operations.FirstOrDefault(static one => one.Method is "POST" or "PUT" or "PATCH" && one.PathTemplate.Contains('{', StringComparison.Ordinal) && one.Body?.Schema?.Properties.ContainsKey("role") == true);
        if (admin is null || change is null)
        {
            return CheckResult.NotTested("no operation is known that changes the role of an account", "a description with an operation whose path names an account and whose body has the member role");
        }

        // One that has the role already, then one whose role nobody has had a reason to remember yet, then the others.
        ImmutableArray<Identity> targets =
        [
            .. context.Request.Identities.Where(one => !ReferenceEquals(one, admin) && one.State is IdentityState.Valid or IdentityState.Revocable)
                .Where(static one => one.HasCertificate || ApplicationCredentials.Has(one)).OrderBy(static one => one.Role is not null ? 0 : one.State == IdentityState.Revocable ? 1 : 2).Take(MaxTargets),
        ];
        ProbeResult? last = null;
        foreach (Identity target in targets)
        {
            last = new(await OneAsync(context, change, admin, target, cancellationToken).ConfigureAwait(false)) { Operation = change.Name, Identity = target.Name };
            // Who is served without the role, or still with one that another rule gave for a moment, shows nothing: the next one may.
            if (last.Outcome is Outcome.Passed or Outcome.Failed)
            {
                break;
            }
        }

        return last is null ? CheckResult.NotTested("there is no second account", "a second identity") : new() { Probes = [last] };
    }

    /// <summary>The role of an account in an answer: of the entry that names it.</summary>
    /// <param name="answer">What an administrator reads.</param>
    /// <param name="account">What names the account.</param>
    internal static string? RoleIn(HttpAnswer? answer, string account)
    {
        return Objects(Json.Node(answer?.Body ?? default))
            .Where(one => one.Any(member => member.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() == account))
            .Select(static one => one["role"] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null)
            .FirstOrDefault(static role => role is not null);
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject one => one.SelectMany(static member => Objects(member.Value)).Prepend(one),
        JsonArray list => list.SelectMany(Objects),
        _ => [],
    };

    private static async Task<Outcome> OneAsync(CheckContext context, Operation change, Identity admin, Identity target, CancellationToken cancellationToken)
    {
        // The path names the account: by the target's own values, or by its name.
        string parameter = change.PathTemplate[(change.PathTemplate.IndexOf('{', StringComparison.Ordinal) + 1)..change.PathTemplate.IndexOf('}', StringComparison.Ordinal)];
        string[] names = [.. new[] { target.Values.GetValueOrDefault("name"), target.Name, target.Values.GetValueOrDefault(parameter) }.OfType<string>().Distinct(StringComparer.Ordinal)];
        (Ask Read, string Role)? place = null;
        string account = target.Name;
        foreach (string name in names)
        {
            if (place is null)
            {
                place = await WhereRolesStandAsync(context, admin, name, cancellationToken).ConfigureAwait(false);
                account = name;
            }
        }

        if (place is not var (read, before))
        {
            return new Outcome.NotTested($"{admin.Name} reads the role of {target.Name} nowhere, so it could not be put back") { Needs = ["an operation that shows an administrator the roles of accounts"] };
        }

        Identity values = target with { Values = target.Values.SetItem(parameter, account) };
        string higher = RoleIn((await context.Transport.ExchangeAsync(read, cancellationToken).ConfigureAwait(false)).Answer, admin.Values.GetValueOrDefault("name", admin.Name)) ?? admin.Role ?? "admin";
        (Operation Function, Baseline Baseline)? privileged = await PrivilegedAsync(context, admin, cancellationToken).ConfigureAwait(false);
        if (privileged is not var (function, baseline))
        {
            return new Outcome.NotTested("no operation that only administrators may read is known");
        }

        bool raise = before != higher;
        string low = raise ? before : LowerRole(change, higher);
        Ask? To(string role, string title) => SetRole(context, change, admin, values, role, title);
        if (low.Length == 0 || To(higher, $"{admin.Name} raises {target.Name}") is not { } up || To(low, $"{admin.Name} lowers {target.Name}") is not { } down || To(before, "restore") is not { } restore)
        {
            return new Outcome.NotTested("the request that changes the role could not be written");
        }

        Ask call = baseline.Ask with { Title = $"{target.Name} at {function.Name}", Actor = Actor.Of(target), Reusable = false, Pooled = true };
        // Not the target, when that can be helped: what is asked now may be remembered.
        Identity ordinary = context.Api.Ordinary.FirstOrDefault() ?? target;
        if (raise && await NowAsync(context, baseline, call with { Actor = Actor.Of(ordinary) }, cancellationToken).ConfigureAwait(false) is Verdict.Accepted)
        {
            return new Outcome.NotApplicable($"{ordinary.Name} is served {function.Name} without the role: AUTHZ-006 judges it");
        }

        if (raise)
        {
            Exchange raised = await context.Writes.WriteAsync(up, restore, cancellationToken).ConfigureAwait(false);
            Verdict with = await NowAsync(context, baseline, call, cancellationToken).ConfigureAwait(false);
            if (with is not Verdict.Accepted)
            {
                await context.Writes.RestoreAsync(cancellationToken).ConfigureAwait(false);
                return new Outcome.NotTested($"{target.Name} was raised ({raised.Summary}) and is not served with the credential that it had: {with.Detail}") { Needs = ["a second identity with role: admin, whose credential has the role already"] };
            }
        }
        else if (await NowAsync(context, baseline, call, cancellationToken).ConfigureAwait(false) is not Verdict.Accepted)
        {
            return new Outcome.NotTested($"{target.Name} is not served {function.Name}");
        }

        Exchange lowered = await context.Writes.WriteAsync(down, restore, cancellationToken).ConfigureAwait(false);
        await Task.Delay(s_settled, context.Time, cancellationToken).ConfigureAwait(false);
        Exchange shown = await context.Transport.ExchangeAsync(read with { Title = $"{admin.Name} reads the role back" }, cancellationToken).ConfigureAwait(false);
        Verdict verdict = await NowAsync(context, baseline, call with { Title = $"{target.Name}, lowered, at {function.Name}" }, cancellationToken).ConfigureAwait(false);
        await context.Writes.RestoreAsync(cancellationToken).ConfigureAwait(false);
        if (RoleIn(shown.Answer, account) != low)
        {
            return new Outcome.NotTested($"the lowered role does not show when it is read back ({lowered.Summary}, then {shown.Summary})");
        }

        return verdict is Verdict.Accepted served
            ? new Outcome.Failed(new Flaw
            {
                Expected = "A role that was taken away is gone with the next request.",
                Observed = $"{target.Name} was lowered to {low} and {admin.Name} reads that back; two seconds later the same credential is still served {function.Name}, twice ({verdict.Detail}).",
                Confidence = Confidence.Confirmed,
                Evidence = [lowered.ToEvidence(), shown.ToEvidence(), served.Exchange.ToEvidence()],
            })
            : verdict is Verdict.Rejected ? new Outcome.Passed() : new Outcome.NotTested($"{target.Name}, lowered: {verdict.Detail}");
    }

    // The list of accounts changes with the role that is changed: what the administrator gets is learned anew each time.
    private static async Task<Verdict> NowAsync(CheckContext context, Baseline baseline, Ask call, CancellationToken cancellationToken) =>
        await context.Oracle.LearnAsync(baseline.Ask with { Reusable = false }, cancellationToken).ConfigureAwait(false) switch
        {
            BaselineResult.Learned { Baseline: var now } => await context.Oracle.JudgeAgainstAsync(call, now, cancellationToken).ConfigureAwait(false),
            BaselineResult.Failed failed => new Verdict.Undecided($"{baseline.Ask.Actor.Name}: {failed.Reason}", failed.Exchange),
            _ => throw new InvalidOperationException("A result that is neither learned nor failed."),
        };

    private static string LowerRole(Operation change, string higher) =>
        change.Body?.Schema?.Properties["role"].Enum.Select(static one => Json.Node(Encoding.UTF8.GetBytes(one)) is JsonValue value && value.TryGetValue(out string? role) ? role : null).FirstOrDefault(role => role is not null && role != higher) ?? "";

    private static Ask? SetRole(CheckContext context, Operation change, Identity admin, Identity values, string role, string title) =>
        context.Api.AskFor(change, values, Actor.Of(admin), title) is { Request: { } request } ask
            ? ask with
            {
                Mode = ScanMode.Intrusive,
                Pooled = false,
                Request = request with
                {
                    Headers = [.. request.Headers.Where(static one => !one.Name.Equals("content-type", StringComparison.OrdinalIgnoreCase)), new("Content-Type", "application/json")],
                    Body = Encoding.UTF8.GetBytes(new JsonObject { ["role"] = role }.ToJsonString()),
                },
            }
            : null;

    private static async Task<(Ask Read, string Role)?> WhereRolesStandAsync(CheckContext context, Identity admin, string account, CancellationToken cancellationToken)
    {
        foreach (Operation operation in context.Readable)
        {
            if (await context.Api.BaselineAsync(operation, admin, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned { Baseline: var baseline } && RoleIn(baseline.First.Answer, account) is { } role)
            {
                return (baseline.Ask with { Reusable = false }, role);
            }
        }

        return null;
    }

    private static async Task<(Operation, Baseline)?> PrivilegedAsync(CheckContext context, Identity admin, CancellationToken cancellationToken)
    {
        foreach (Operation operation in context.Readable.Where(one => Privileged.Ground(one, context.Api.Operations) is not null))
        {
            if (await context.Api.AccessAsync(operation, cancellationToken).ConfigureAwait(false) is Access.Protected
                && await context.Api.BaselineAsync(operation, admin, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned { Baseline: var baseline })
            {
                return (operation, baseline);
            }
        }

        return null;
    }
}
