using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;

namespace Sallyport.Scan.Target;

/// <summary>Chooses the operations on which H(x) can be asked, best first (CONTRACTS.md, "Configuration file").</summary>
internal static partial class ProtectedOperations
{
    /// <summary>The candidates: declared protected; then with security in the description; then, without a description, what the user named.</summary>
    /// <param name="request">The scan.</param>
    /// <param name="a">Whose values fill the parameters.</param>
    public static ImmutableArray<(Operation Operation, string Path)> Candidates(ScanRequest request, Identity? a)
    {
        IEnumerable<Operation> safe = request.Operations.Where(o => o is { IsSafe: true, DeclaredPublic: false } && o.Method != "OPTIONS");
        return
        [
            .. safe.Where(o => o.DeclaredProtected || ((o.HasSecurity || o.DemandsMutualTls || !request.HasDescription) && !Ordinary().IsMatch(o.PathTemplate)))
                .OrderBy(o => o.DeclaredProtected ? 0 : o.DemandsMutualTls ? 1 : o.HasSecurity ? 2 : 3)
                .ThenBy(o => o.Method == "GET" ? 0 : 1)
                .Select(o => (Operation: o, Path: OperationPath.Resolve(o, a)))
                .Where(c => c.Path is not null)
                .Select(c => (c.Operation, request.Target.Path + c.Path)),
        ];
    }

    /// <summary>Whether protection is declared, so that N's success is a finding and not only a suspicion.</summary>
    /// <param name="request">The scan.</param>
    /// <param name="operation">The operation.</param>
    public static bool IsDeclared(ScanRequest request, Operation operation) =>
        operation.DeclaredProtected || operation.HasSecurity || operation.DemandsMutualTls || request.Expect.MutualTlsRequired;

    /// <summary>Whether a path is one that is open on purpose nearly everywhere: health, metrics, documentation, the root.</summary>
    /// <param name="path">The path, without a query.</param>
    public static bool IsOrdinary(string path) => Ordinary().IsMatch(path);

    // Places that are open on purpose nearly everywhere: what they answer says nothing of the API.
    [GeneratedRegex(
        @"^/?$|/(?:health|healthz|livez|readyz|ready|live|status|ping|metrics|docs?|swagger|openapi|redoc|favicon\.ico|robots\.txt|\.well-known)(?:/|\.|$)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Ordinary();
}
