# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
#
# The operator's half of the demo: systems, a repository, a web server. Wants: $folder, $source, $build, $stage, $prefix,
# $library_dir, $port.

repo() { (cd "$folder/repository" && "$build/server/repo/pawl-repo" "$@" >/dev/null); }

# fill FILE: what is particular to this run goes into a file of the system.
fill() { sed "s|@PREFIX@|$prefix|; s|@PORT@|$port|" "$source/data/demo/system/$1"; }

# The libraries of this machine that the programs of Pawl need.
borrowed_libraries() {
    LD_LIBRARY_PATH=$library_dir ldd "$@" 2>/dev/null | grep -o '=> /[^ ]*' | cut -c 4- | grep -v "^$stage" | sort -u
}

# commit VERSION SELF_TEST: a small system that is made of the packages of this machine: a shell, a bus, OSTree, and Pawl as it
# is installed on a device. Prints the commit.
commit() {
    local tree=$folder/tree modules
    rm -rf "$tree"
    mapfile -t modules < <(find "$stage" -name '*.so' -o -name pawld -o -name pawlctl -o -name pawl-plugin-host)
    mapfile -t modules < <(borrowed_libraries "${modules[@]}")
    "$source/tests/support/small-tree" "$tree" "$1" /usr/bin/dbus-daemon "${modules[@]}"
    cp -a "$stage/." "$tree"
    fill init >"$tree/usr/bin/init"
    chmod 755 "$tree/usr/bin/init"
    fill bus.conf >"$tree/usr/etc/bus.conf"
    mkdir -p "$tree/usr/etc/pawl" "$tree/usr/share/pawl" "$tree/usr/lib/pawl/health/required.d"
    fill pawld.conf >"$tree/usr/etc/pawl/pawld.conf"
    cp "$folder/repository/root/1.root.json" "$tree/usr/share/pawl/root.json"
    printf '#!/bin/sh\n%s\n' "$2" >"$tree/usr/lib/pawl/health/required.d/self-test"
    chmod 755 "$tree/usr/lib/pawl/health/required.d/self-test"
    # What makes a version as large as one: data that no other version has.
    head -c "${PAWL_DEMO_DATA:-16M}" /dev/urandom >"$tree/usr/share/map-$1"
    mkdir -p "$tree/etc"
    ldconfig -r "$tree" "${library_dir#"$stage"}"
    mv "$tree/etc/ld.so.cache" "$tree/usr/etc/"
    rmdir "$tree/etc"
    ostree --repo="$folder/public/ostree" commit --branch=product --tree=dir="$tree" --owner-uid=0 --owner-gid=0 \
        --add-metadata-string=version="$1"
}

# publish VERSION COMMIT URI
publish() {
    repo target add --ostree="$folder/public/ostree" "$2" --name="product-$1" --version="$1" --hardware-id=board --uri="$3"
    repo sign --keys="$folder/keys"
    repo publish "$folder/public"
}

# The rate is that of a good mobile link.
serve() {
    cat >"$folder/nginx.conf" <<END
daemon off; pid $folder/nginx.pid; error_log $folder/nginx.log; worker_processes 1;
events { worker_connections 64; }
http {
  access_log off; root $folder/public; limit_rate 8m;
  client_body_temp_path $folder/nginx; proxy_temp_path $folder/nginx; fastcgi_temp_path $folder/nginx;
  uwsgi_temp_path $folder/nginx; scgi_temp_path $folder/nginx;
  server { listen 127.0.0.1:$port; }
}
END
    nginx -e "$folder/nginx.log" -c "$folder/nginx.conf" &
    web=$!
}
