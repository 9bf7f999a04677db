using System.IO;
using Sallyport.Eng.Tests;

namespace Sallyport.House.Tests;

/// <summary>Plain <c>dotnet test</c> runs the modules side by side unless each of them waits for its turn.</summary>
public sealed class OneModuleAtATimeTests
{
    [Fact]
    public void Nobody_else_gets_the_turn_while_these_tests_run()
    {
        OneModuleAtATime.TryHold().ShouldBeNull();
        File.Exists(OneModuleAtATime.LockFile).ShouldBeTrue();
    }
}
