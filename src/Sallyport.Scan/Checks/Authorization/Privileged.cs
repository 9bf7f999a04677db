using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>Tells which operations are not for ordinary accounts, and on what ground.</summary>
internal static partial class Privileged
{
    /// <summary>Why an operation is not for ordinary accounts; <c>null</c> when nothing says so.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="all">All operations: a role that others are open to is a low one.</param>
    public static (string Ground, bool Declared)? Ground(Operation operation, ImmutableArray<Operation> all)
    {
        if (!operation.Roles.IsEmpty && all.Any(other => !other.Roles.IsEmpty && operation.Roles.All(other.Roles.Contains) && other.Roles.Length > operation.Roles.Length))
        {
            return ($"the description allows it to {string.Join(", ", operation.Roles)} only", true);
        }

        ImmutableArray<string> scopes = [.. operation.Security.SelectMany(static one => one.Schemes).SelectMany(static one => one.Scopes).Where(static scope => Admin().IsMatch(scope))];
        if (!scopes.IsEmpty)
        {
            return ($"the description demands {string.Join(", ", scopes)}", true);
        }

        return operation.PathTemplate.Split('/').Any(static segment => Admin().IsMatch(segment)) ? ("its path says so", false) : null;
    }

    [GeneratedRegex(@"(?:^|[:._-])(?:admin|admins|administrator|administrators|administration|superuser|backoffice)(?:$|[:._-])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Admin();
}
