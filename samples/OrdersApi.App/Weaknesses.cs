using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection;
using System.Text;

namespace OrdersApi.App;

/// <summary>What each <see cref="Weakness"/> says of itself.</summary>
public static class Weaknesses
{
    // What hides others, or is hidden by them: a door that is open to all leaves nothing to pick.
    private static readonly ImmutableArray<Weakness> _notWithOthers =
    [
        // Behind these nobody is refused, or nothing in a certificate or a token matters any more.
        Weakness.EveryoneServed, Weakness.UnmappedServed, Weakness.CertificateOptional, Weakness.TokenOptional, Weakness.SubjectIgnored, Weakness.SharedCache,

        // These show only where somebody is refused what others get, and next to NoOwnerRule and OpenAdministration nobody is.
        Weakness.ForeignHost, Weakness.LocalTrusted, Weakness.PathConfusion, Weakness.BelievedOwner, Weakness.HeaderBeatsCertificate,
        Weakness.AnonymousPreferred, Weakness.MethodOverride, Weakness.ExistenceOracle, Weakness.HiddenRoutes,

        // These say the same twice, or make every other answer uncertain or slow.
        Weakness.LateDecision, Weakness.SpoofedRateLimit, Weakness.SharedAnswer, Weakness.SlowPattern, Weakness.SilentDescription,
        Weakness.LooseTokenShape,

        // Of these a scan that may not write sees too little.
        Weakness.DefaultPassword, Weakness.PoorCookie, Weakness.NoCaps,
    ];

    private static readonly FrozenDictionary<Weakness, PlantsAttribute> _facts = typeof(Weakness)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToFrozenDictionary(
            field => Enum.Parse<Weakness>(field.Name),
            field => field.GetCustomAttribute<PlantsAttribute>() ?? throw new InvalidOperationException($"{field.Name} plants nothing."));

    extension(Weakness weakness)
    {
        /// <summary>Every weakness there is.</summary>
        public static ImmutableArray<Weakness> All => [.. Enum.GetValues<Weakness>()];

        /// <summary>The naked API: all that can show beside each other.</summary>
        public static ImmutableArray<Weakness> Naked => [.. Enum.GetValues<Weakness>().Except(_notWithOthers)];

        /// <summary>These and everything they need.</summary>
        /// <param name="chosen">The ones asked for.</param>
        public static FrozenSet<Weakness> Closure(IEnumerable<Weakness> chosen)
        {
            ArgumentNullException.ThrowIfNull(chosen);
            var all = new HashSet<Weakness>();
            var open = new Stack<Weakness>(chosen);
            while (open.TryPop(out var next))
            {
                if (all.Add(next))
                {
                    foreach (var needed in next.Needs)
                    {
                        open.Push(needed);
                    }
                }
            }

            return all.ToFrozenSet();
        }

        /// <summary>The name of the switch, in lower case with hyphens.</summary>
        public string Name
        {
            get
            {
                var name = new StringBuilder();
                foreach (var letter in weakness.ToString())
                {
                    name.Append(char.IsUpper(letter) && name.Length > 0 ? "-" : "").Append(char.ToLowerInvariant(letter));
                }

                return name.ToString();
            }
        }

        /// <summary>What is wrong, in words.</summary>
        public string Summary => _facts[weakness].Flaw;

        /// <summary>The rules that must be reported while it is on, apart from those of what it needs.</summary>
        public ImmutableArray<string> Plants => [.. _facts[weakness].Rules];

        /// <summary>What must be on for this one to show.</summary>
        public ImmutableArray<Weakness> Needs => [.. _facts[weakness].Needs];
    }
}
