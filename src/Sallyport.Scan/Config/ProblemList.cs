using System.Collections.Generic;
using System.Collections.Immutable;

namespace Sallyport.Scan.Config;

/// <summary>Collects problems so that all of them can be told at once; bounded, because a hostile file can hold any number.</summary>
internal sealed class ProblemList
{
    private const int Limit = 50;
    private readonly List<InputProblem> _problems = [];

    public bool IsEmpty => _problems.Count == 0;

    public void Add(string message, string? hint = null, string? where = null)
    {
        if (_problems.Count < Limit)
        {
            _problems.Add(new(message, hint) { Where = where });
        }
    }

    public ImmutableArray<InputProblem> ToImmutable() => [.. _problems];
}
