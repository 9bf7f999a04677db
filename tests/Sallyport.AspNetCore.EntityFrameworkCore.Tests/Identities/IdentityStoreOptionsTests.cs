using System;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.Identities;

public sealed class IdentityStoreOptionsTests
{
    [Fact]
    public void A_database_must_be_named() => Wrong(new IdentityStoreOptions()).ShouldContain("UseSqlite");

    [Theory]
    [InlineData("Host=db.example;Password=hunter2")]
    [InlineData("Host=db.example;Password=hunter2;SSL Mode=Require")]
    [InlineData("Host=db.example;Password=hunter2;SSL Mode=VerifyCA")]
    [InlineData("Host=localhost,db.example;Password=hunter2")]
    [InlineData("Host=localhost.example;Password=hunter2")]
    public void A_database_elsewhere_must_prove_who_it_is(string connection)
    {
        Wrong(new IdentityStoreOptions().UseNpgsql(connection)).ShouldContain("SSL Mode=VerifyFull");
        Right(new IdentityStoreOptions { UnsafeBelieveUnverifiedDatabase = true }.UseNpgsql(connection));
    }

    [Theory]
    [InlineData("Host=db.example;Password=hunter2;SSL Mode=VerifyFull")]
    [InlineData("Host=/run/postgresql")]
    [InlineData("Host=localhost")]
    [InlineData("Host=127.0.0.1;Port=5433")]
    [InlineData("Host=::1")]
    public void A_database_here_or_one_that_proves_who_it_is_is_believed(string connection) => Right(new IdentityStoreOptions().UseNpgsql(connection));

    [Theory]
    [InlineData("Pasword=hunter2")]
    [InlineData("Host=x;Port=hunter2")]
    [InlineData("hunter2")]
    [InlineData("Password=hunter2")]
    public void What_is_wrong_is_said_without_the_password(string connection) => Wrong(new IdentityStoreOptions().UseNpgsql(connection)).ShouldNotContain("hunter2");

    private static string Wrong(IdentityStoreOptions options)
    {
        string wrong = options.WhatIsWrong().ShouldNotBeNull();
        ArgumentException thrown = Should.Throw<ArgumentException>(() => new SallyportIdentityStore(options, TimeProvider.System));
        thrown.Message.ShouldNotContain("hunter2");
        return wrong;
    }

    private static void Right(IdentityStoreOptions options) => options.WhatIsWrong().ShouldBeNull();
}
