using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>Brings together the operations that the user names and those of a description, and leaves out the excluded ones.</summary>
internal static class OperationMerge
{
    /// <summary>The request with the operations that the user named: <c>--operation</c>, and protected and public ones without wildcards.</summary>
    public static ScanRequest WithNamed(ScanRequest request, ImmutableArray<string> named)
    {
        var operations = new List<Operation>(request.Operations);
        foreach (string text in named.Concat(request.Protected).Concat(request.Public))
        {
            if (OperationPattern.TryParse(text, out OperationPattern? pattern, out _) && !pattern.IsWild)
            {
                Add(operations, new() { Method = pattern.Method, PathTemplate = pattern.Path, Parameters = PathParameters.Of(pattern.Path) });
            }
        }

        return Finish(request, operations);
    }

    /// <summary>The request with the operations of a description; what the user said of an operation stays.</summary>
    /// <remarks>The survey calls this too, when it fetched or found the description at the target.</remarks>
    public static ScanRequest WithDescription(ScanRequest request, ApiDescription description)
    {
        var operations = new List<Operation>(request.Operations);
        foreach (Operation described in description.Operations)
        {
            Add(operations, described);
        }

        return Finish(request, operations) with { HasDescription = true, Description = description };
    }

    /// <summary>The request with operations that were found by looking around, where no description says anything.</summary>
    public static ScanRequest WithFound(ScanRequest request, ImmutableArray<Operation> found)
    {
        var operations = new List<Operation>(request.Operations);
        foreach (Operation one in found.Where(one => !operations.Exists(known => known.Method == one.Method && known.PathTemplate == one.PathTemplate)))
        {
            operations.Add(one);
        }

        return Finish(request, operations);
    }

    /// <summary>Whether the user wants this path never to be called.</summary>
    public static bool IsExcluded(ScanRequest request, string method, string path) => Any(request.Excluded, method, path);

    private static void Add(List<Operation> operations, Operation one)
    {
        int at = operations.FindIndex(known => known.Method == one.Method && known.PathTemplate == one.PathTemplate);
        if (at < 0)
        {
            operations.Add(one);
        }
        else
        {
            operations[at] = one with { DeclaredProtected = operations[at].DeclaredProtected, DeclaredPublic = operations[at].DeclaredPublic };
        }
    }

    private static ScanRequest Finish(ScanRequest request, List<Operation> operations) => request with
    {
        Operations =
        [
            .. operations
                .Where(operation => !Any(request.Excluded, operation.Method, operation.PathTemplate))
                .Select(operation => operation with
                {
                    DeclaredProtected = operation.DeclaredProtected || Any(request.Protected, operation.Method, operation.PathTemplate),
                    DeclaredPublic = operation.DeclaredPublic || Any(request.Public, operation.Method, operation.PathTemplate),
                }),
        ],
    };

    private static bool Any(ImmutableArray<string> patterns, string method, string path) =>
        patterns.Any(text => OperationPattern.TryParse(text, out OperationPattern? pattern, out _) && pattern.Matches(method, path));
}
